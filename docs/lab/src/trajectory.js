// Panel 4: the whole training (T14): distance to the teacher, cosine of d and w with its bound, certified steps.

import { pretty } from "./format.js";
import { frame, line, picture } from "./frame.js";

const every = (values, first) => values.map((value, k) => [k + first, value]);

/** One row of marks, filled where a step was certified; steps are joined to strips. */
function marks(at, run, steps, y, kind) {
  const strips = [];
  let from = null;
  for (let k = 0; k <= run.certified.length; k += 1) {
    if (run.certified[k] && from === null) from = k;
    if (!run.certified[k] && from !== null) {
      strips.push(
        `<rect class="fill ${kind}" x="${at.X(from).toFixed(1)}" y="${y}"
          width="${(at.X(k) - at.X(from)).toFixed(1)}" height="6"/>`,
      );
      from = null;
    }
  }
  return `<rect class="empty" x="${at.X(0)}" y="${y}" width="${at.X(steps) - at.X(0)}" height="6"/>${strips.join("")}`;
}

export function drawDistance(size, { student, control }, steps) {
  const relative = (run) => run.distance.map((value) => value / run.way);
  const values = [...relative(student), ...relative(control)].filter((value) => value < 3);
  const [low, high] = [Math.min(...values, 0.98), Math.max(...values, 1.02)];
  const room = 0.1 * (high - low);
  const at = frame({
    id: "distance",
    ...size,
    x: [0, steps],
    y: [low - room, high + room],
    xLabel: "step",
    yLabel: "‖θ_T − θ‖, relative to its first value",
    bottom: 58,
  });
  const rows = [
    marks(at, student, steps, size.height - 35, "student"),
    marks(at, control, steps, size.height - 26, "control"),
  ];
  const [left, other] = [student, control].map((run) => pretty(relative(run).at(-1)));
  const words = `Distance after ${student.loss.length} steps: student ${left} of its first, control ${other}`;
  return picture(
    size,
    words,
    [
      at.axes,
      line(at, every(relative(control), 0), "control"),
      line(at, every(relative(student), 0), "student"),
      ...rows,
    ].join(""),
  );
}

export function drawCosine(size, { student, control }, steps) {
  const values = [...student.cosine, ...control.cosine, ...student.bound, 0, 0.1].filter(
    (value) => Math.abs(value) <= 1,
  );
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = 0.1 * (high - low);
  const at = frame({
    id: "cosine",
    ...size,
    x: [0, steps],
    y: [low - room, high + room],
    xLabel: "step",
    yLabel: "cosine of d = θ − θ_start and w = θ_T − θ_start",
  });
  const [reached, least] = [student.cosine, student.bound].map((all) => pretty(all.at(-1)));
  const words = `Cosine after ${student.cosine.length} steps: student ${reached}, bound ${least}`;
  return picture(
    size,
    words,
    [
      at.axes,
      line(at, every(control.cosine, 1), "control"),
      line(at, every(student.bound, 1), "theory"),
      line(at, every(student.cosine, 1), "student"),
    ].join(""),
  );
}
