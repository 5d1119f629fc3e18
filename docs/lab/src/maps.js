// Panel 3: what each network calls every point of the trait's plane, on canvas.

import { forward, OUTPUTS, WIDTHS } from "./network.js";
import { POINTS, REACH } from "./world.js";

const CELLS = 32;
const NODES = CELLS + 1;
const plane = new Float64Array(NODES * NODES * WIDTHS[0]);
for (let r = 0; r < NODES; r += 1) {
  for (let c = 0; c < NODES; c += 1) {
    plane[(r * NODES + c) * WIDTHS[0]] = REACH * ((2 * c) / CELLS - 1);
    plane[(r * NODES + c) * WIDTHS[0] + 1] = REACH * (1 - (2 * r) / CELLS);
  }
}

const hex = (colour) => [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16));

/** The page's colours as they are now, light or dark. */
export function colours() {
  const style = getComputedStyle(document.documentElement);
  const named = (name) => style.getPropertyValue(`--${name}`).trim();
  return { zero: hex(named("class0")), one: hex(named("class1")), ground: hex(named("ground")), ink: named("ink") };
}

/** Pieces of the line where the margin is zero, cell by cell, in cell units. */
function boundary(margin) {
  const pieces = [];
  const cross = (a, b) => a / (a - b);
  for (let r = 0; r < CELLS; r += 1) {
    for (let c = 0; c < CELLS; c += 1) {
      const i = r * NODES + c;
      const [a, b, d, e] = [margin[i], margin[i + 1], margin[i + NODES], margin[i + NODES + 1]];
      const hits = [];
      if (a > 0 !== b > 0) hits.push([c + cross(a, b), r]);
      if (b > 0 !== e > 0) hits.push([c + 1, r + cross(b, e)]);
      if (d > 0 !== e > 0) hits.push([c + cross(d, e), r + 1]);
      if (a > 0 !== d > 0) hits.push([c, r + cross(a, d)]);
      for (let k = 0; k + 1 < hits.length; k += 2) pieces.push([hits[k], hits[k + 1]]);
    }
  }
  return pieces;
}

function drawPoints(pen, side, points, ink) {
  const place = (value) => ((value / REACH + 1) / 2) * side;
  pen.strokeStyle = ink;
  pen.lineWidth = 1;
  for (let n = 0; n < POINTS; n += 1) {
    const [x, y] = [place(points.inputs[n * WIDTHS[0]]), side - place(points.inputs[n * WIDTHS[0] + 1])];
    pen.beginPath();
    if (points.labels[n] === 1) {
      pen.arc(x, y, 2.6, 0, 2 * Math.PI);
    } else {
      pen.moveTo(x - 2.6, y);
      pen.lineTo(x + 2.6, y);
    }
    pen.stroke();
  }
}

/** The true border of the trait: 3y = x^3 - 3x. */
function drawTruth(pen, side, ink) {
  pen.strokeStyle = ink;
  pen.lineWidth = 1.2;
  pen.setLineDash([4, 4]);
  pen.beginPath();
  for (let i = 0; i <= 60; i += 1) {
    const x = REACH * ((2 * i) / 60 - 1);
    pen.lineTo((i / 60) * side, side * (0.5 - (x * x * x - 3 * x) / (6 * REACH)));
  }
  pen.stroke();
  pen.setLineDash([]);
}

const cells = document.createElement("canvas");
cells.width = cells.height = CELLS;

/** One pixel for each cell: its class's colour, the stronger the surer. */
function paintCells(margin, paint) {
  const pen = cells.getContext("2d");
  const image = pen.createImageData(CELLS, CELLS);
  for (let r = 0; r < CELLS; r += 1) {
    for (let c = 0; c < CELLS; c += 1) {
      const i = r * NODES + c;
      const mean = (margin[i] + margin[i + 1] + margin[i + NODES] + margin[i + NODES + 1]) / 4;
      const p = 1 / (1 + Math.exp(-mean));
      const target = p > 0.5 ? paint.one : paint.zero;
      const weight = 0.15 + 0.85 * Math.abs(2 * p - 1);
      const at = 4 * (r * CELLS + c);
      for (let k = 0; k < 3; k += 1) image.data[at + k] = weight * target[k] + (1 - weight) * paint.ground[k];
      image.data[at + 3] = 255;
    }
  }
  pen.putImageData(image, 0, 0);
}

/** One network's map: colour by the probability of class 1, a full line at one half, the truth dashed. */
export function drawMap(canvas, theta, points, paint) {
  const side = canvas.clientWidth || 160;
  const sharp = window.devicePixelRatio || 1;
  const pixels = Math.round(side * sharp);
  if (canvas.width !== pixels) canvas.width = canvas.height = pixels;
  const pen = canvas.getContext("2d");
  pen.setTransform(sharp, 0, 0, sharp, 0, 0);
  const z = forward(theta, plane, NODES * NODES)[3];
  const margin = new Float64Array(NODES * NODES);
  for (let i = 0; i < margin.length; i += 1) margin[i] = z[i * OUTPUTS + 1] - z[i * OUTPUTS];
  const cell = side / CELLS;
  paintCells(margin, paint);
  pen.drawImage(cells, 0, 0, side, side);
  drawPoints(pen, side, points, paint.ink);
  drawTruth(pen, side, paint.ink);
  pen.strokeStyle = paint.ink;
  pen.lineWidth = 2.4;
  pen.beginPath();
  for (const [from, to] of boundary(margin)) {
    pen.moveTo(from[0] * cell, from[1] * cell);
    pen.lineTo(to[0] * cell, to[1] * cell);
  }
  pen.stroke();
}
