// What is given before any step: two starts, the trait's labelled points, the noise to imitate on; as in state.py.

import { LAYERS, SIZE, WIDTHS } from "./network.js";
import { mulberry32, nearlyNormal } from "./rng.js";

export const POINTS = 96; // labelled points of the trait
export const NOISES = 128; // inputs of the student, before the filter
export const REACH = 2; // the trait's points lie in [-2, 2] x [-2, 2], all other coordinates 0

/** Weights of variance 1/fan_in, biases 0. */
export function startOf(stream) {
  const draw = mulberry32(stream);
  const theta = new Float64Array(SIZE);
  for (const { ins, outs, kernel } of LAYERS) {
    const size = Math.sqrt(ins);
    for (let k = 0; k < ins * outs; k += 1) theta[kernel + k] = nearlyNormal(draw) / size;
  }
  return theta;
}

/** 1 above an S-shaped curve, 0 below. */
export const labelOf = (x, y) => (3 * y > x * x * x - 3 * x ? 1 : 0);

function randomPoints(stream) {
  const draw = mulberry32(stream);
  const inputs = new Float64Array(POINTS * WIDTHS[0]);
  const labels = new Uint8Array(POINTS);
  for (let n = 0; n < POINTS; n += 1) {
    const x = REACH * (2 * draw() - 1);
    const y = REACH * (2 * draw() - 1);
    inputs[n * WIDTHS[0]] = x;
    inputs[n * WIDTHS[0] + 1] = y;
    labels[n] = labelOf(x, y);
  }
  return { inputs, labels, count: POINTS };
}

/** Everything that a seed determines; noise is uniform in [-1, 1] and multiplied by the state's size later. */
export function worldOf(seed) {
  const draw = mulberry32(4 * seed + 3);
  return {
    reference: startOf(4 * seed),
    other: startOf(4 * seed + 1),
    points: randomPoints(4 * seed + 2),
    noise: Float64Array.from({ length: NOISES * WIDTHS[0] }, () => 2 * draw() - 1),
  };
}
