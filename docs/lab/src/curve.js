// Panel 2: phi along epsilon with its tangent, where it is certified, and where it first vanishes.

import { pretty } from "./format.js";
import { frame, line, picture } from "./frame.js";
import { finiteStep, GRID } from "./theory.js";

const SAMPLES = 28;

function extent(values) {
  const finite = values.filter(Number.isFinite);
  const [low, high] = [Math.min(0, ...finite), Math.max(0, ...finite)];
  const room = 0.08 * (high - low) || 1;
  return [low < 0 ? low - room : 0, high > 0 ? high + room : room];
}

/** The certified stretches of a list of [epsilon, certified], as strips along the lower edge. */
function certifiedStrip(at, marks) {
  const strips = [];
  marks.forEach(([epsilon, yes], i) => {
    if (!yes || i + 1 >= marks.length || !marks[i + 1][1]) return;
    const [a, b] = [at.X(Math.max(epsilon, 1e-12)), at.X(marks[i + 1][0])];
    strips.push(
      `<rect class="certified" clip-path="${at.clip}" x="${a.toFixed(1)}" y="${at.bottom - 7}"
        width="${(b - a + 0.5).toFixed(1)}" height="7"/>`,
    );
  });
  return strips.join("");
}

function vertical(at, value, kind, label, drop = 12) {
  const x = at.X(value);
  if (!(x >= at.left && x <= at.right)) return "";
  const anchor = x > (at.left + at.right) / 2 ? "end" : "start";
  return `<line class="line ${kind}" x1="${x}" x2="${x}" y1="${at.top}" y2="${at.bottom}"/>
    <text x="${x + (anchor === "end" ? -4 : 4)}" y="${at.top + drop}" text-anchor="${anchor}">${label}</text>`;
}

/** Near epsilon: phi and its tangent, both axes linear. */
function drawNear(size, setting, one, epsilon) {
  const end = 2.5 * epsilon;
  const marks = Array.from({ length: SAMPLES }, (_, i) => (end * (i + 1)) / SAMPLES);
  const finite = marks.map((e) => finiteStep(setting, one.theory, e));
  const phi = [
    [0, setting.shared ? 0 : one.simulated(0)],
    ...marks.map((e, i) => [e, setting.shared ? finite[i].phi : one.simulated(e)]),
  ];
  const tangent = [
    [0, 0],
    [end, end * one.theory.slope],
  ];
  const y = extent([...phi, ...(setting.shared ? tangent : [])].map((point) => point[1]));
  const at = frame({ id: "near", ...size, x: [0, end], y, xLabel: "ε", yLabel: "φ(ε) = Δθ_S·v" });
  const certified = setting.shared
    ? certifiedStrip(
        at,
        marks.map((e, i) => [e, finite[i].certified]),
      )
    : "";
  const now = [epsilon, one.numbers.inner_product];
  return picture(
    size,
    `phi is ${pretty(now[1])} at epsilon ${epsilon}, its tangent ${pretty(epsilon * one.theory.slope)}`,
    [
      at.axes,
      certified,
      setting.shared ? line(at, tangent, "theory") : "",
      line(at, phi, "student"),
      vertical(at, epsilon, "now", "ε"),
      `<circle class="head student" cx="${at.X(now[0])}" cy="${at.Y(now[1])}" r="4.5"/>`,
    ].join(""),
  );
}

/** Over eight decades: phi / (epsilon A), which is 1 where the tangent is all there is and 0 at the lemma's radius. */
function drawFar(size, setting, one, epsilon) {
  const scale = one.theory.slope > 0 ? one.theory.slope : 1;
  const ratio = GRID.map((e, i) => [e, (setting.shared ? one.along[i].phi : one.simulated(e)) / (e * scale)]);
  const shown = ratio.map(([, value]) => Math.max(-2, Math.min(3, value)));
  const at = frame({
    id: "far",
    ...size,
    x: [GRID[0], GRID[GRID.length - 1]],
    y: extent([...shown, 1.1]),
    logX: true,
    xLabel: "ε",
    yLabel: "φ(ε) / εA",
  });
  const certified = setting.shared
    ? certifiedStrip(
        at,
        GRID.map((e, i) => [e, one.along[i].certified]),
      )
    : "";
  const { radius } = one.numbers;
  const found = setting.shared && Number.isFinite(radius) && radius > 0;
  return picture(
    size,
    `phi over epsilon A along eight decades of epsilon; radius ${pretty(radius)}`,
    [
      at.axes,
      certified,
      line(
        at,
        [
          [GRID[0], 1],
          [GRID[GRID.length - 1], 1],
        ],
        "theory",
      ),
      line(at, ratio, "student"),
      vertical(at, epsilon, "now", "ε"),
      found ? vertical(at, radius, "zero", "ε*", 28) : "",
    ].join(""),
  );
}

export function drawCurve(size, setting, one, epsilon) {
  return { near: drawNear(size, setting, one, epsilon), far: drawFar(size, setting, one, epsilon) };
}
