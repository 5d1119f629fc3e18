// Panel 1: the directions of both updates, in the plane that v and the student's update span.

import { lowered, picture } from "./frame.js";
import { pretty } from "./format.js";

const degrees = (cosine) => (Math.acos(Math.max(-1, Math.min(1, cosine))) * 180) / Math.PI;

function arrow(centre, radius, angle, kind, label) {
  const [dx, dy] = [Math.cos(angle), -Math.sin(angle)];
  const [x, y] = [centre[0] + radius * dx, centre[1] + radius * dy];
  const head = [0.35, -0.35].map((turn) => {
    const back = angle + Math.PI + turn;
    return `${(x + 11 * Math.cos(back)).toFixed(1)} ${(y - 11 * Math.sin(back)).toFixed(1)}`;
  });
  const [tx, ty] = [x + 10 * dx, y + 12 * dy];
  const anchor = dx > 0.5 ? "end" : dx < -0.5 ? "start" : "middle";
  const place = `x="${tx.toFixed(1)}" y="${(ty + (Math.abs(dx) > 0.5 ? -6 : 0)).toFixed(1)}"`;
  return `<path class="line ${kind}" d="M${centre[0]} ${centre[1]}L${x.toFixed(1)} ${y.toFixed(1)}"/>
    <path class="head ${kind}" d="M${head[0]}L${x.toFixed(1)} ${y.toFixed(1)}L${head[1]}Z"/>
    ${label ? `<text ${place} text-anchor="${anchor}">${lowered(label)}</text>` : ""}`;
}

/** Every arrow has length 1: directions are compared here, sizes are told in numbers. */
export function drawArrows(size, shared, numbers) {
  const { width, height } = size;
  const radius = Math.min(height - 52, width / 2 - 26);
  const centre = [width / 2, height - 26];
  const turned = (cosine) => (degrees(cosine) * Math.PI) / 180;
  const moved = numbers.cosine !== 0;
  const parts = [
    `<path class="towards" d="M${centre[0]} ${centre[1]}V${centre[1] - radius}A${radius} ${radius} 0 0 1
      ${centre[0] + radius} ${centre[1]}Z"/>`,
    `<path class="grid" fill="none" d="M${centre[0] - radius} ${centre[1]}A${radius} ${radius} 0 0 1
      ${centre[0] + radius} ${centre[1]}Z"/>`,
    `<text x="${centre[0] + radius * 0.55}" y="${centre[1] - 10}" text-anchor="middle" class="faint">φ &gt; 0</text>`,
    `<text x="${centre[0] - radius * 0.55}" y="${centre[1] - 10}" text-anchor="middle" class="faint">φ &lt; 0</text>`,
    arrow(centre, radius, 0, "teacher", ""),
    `<text x="${centre[0] + radius}" y="${centre[1] + 16}" text-anchor="end">v</text>`,
  ];
  if (!shared) parts.push(arrow(centre, radius * 0.8, turned(numbers.paired_cosine), "paired", ""));
  if (moved) parts.push(arrow(centre, radius, turned(numbers.cosine), "student", "Δθ_S"));
  else {
    parts.push(`<circle class="head student" cx="${centre[0]}" cy="${centre[1]}" r="5"/>
      <text x="${centre[0]}" y="${centre[1] - radius / 2}" text-anchor="middle">Δθ = 0: no arrow</text>`);
  }
  if (shared && numbers.predicted_cosine !== 0) {
    const angle = turned(numbers.predicted_cosine);
    const [x, y] = [centre[0] + radius * Math.cos(angle), centre[1] - radius * Math.sin(angle)];
    parts.push(`<path class="line theory thin" d="M${centre[0]} ${centre[1]}L${x.toFixed(1)} ${y.toFixed(1)}"/>
      <circle class="ring" cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="6"/>`);
  }
  const words = moved
    ? `The student’s update stands at ${degrees(numbers.cosine).toFixed(1)} degrees to v`
    : "The student’s update is zero";
  const said = moved
    ? `${degrees(numbers.cosine).toFixed(1)}° between Δθ<sub>S</sub> and v, cosine ${pretty(numbers.cosine)}`
    : "Δθ<sub>S</sub> = 0 exactly";
  return { svg: picture(size, words, parts.join("")), said };
}
