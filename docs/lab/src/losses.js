// Losses on some outputs of each input. Imitation: dl/dz = mu(z) - mu(y) (T5), curvature M at y = z (T0).

import { OUTPUTS } from "./network.js";

/** The outputs first..last-1 of every input, [count, last - first]. */
export function select(z, first, last) {
  const width = last - first;
  const part = new Float64Array((z.length / OUTPUTS) * width);
  for (let k = 0; k < part.length; k += 1) part[k] = z[Math.floor(k / width) * OUTPUTS + first + (k % width)];
  return part;
}

/** The opposite: outputs outside first..last-1 are zero, and everything is multiplied by `scale`. */
export function embed(part, first, last, scale) {
  const width = last - first;
  const z = new Float64Array((part.length / width) * OUTPUTS);
  for (let k = 0; k < part.length; k += 1) z[Math.floor(k / width) * OUTPUTS + first + (k % width)] = part[k] * scale;
  return z;
}

export function softmax(z, width) {
  const p = new Float64Array(z.length);
  for (let row = 0; row < z.length; row += width) {
    let top = -Infinity;
    for (let j = 0; j < width; j += 1) top = Math.max(top, z[row + j]);
    let sum = 0;
    for (let j = 0; j < width; j += 1) sum += p[row + j] = Math.exp(z[row + j] - top);
    for (let j = 0; j < width; j += 1) p[row + j] /= sum;
  }
  return p;
}

/** mu, input by input: 2z for squared error, the probabilities for softmax cross-entropy. */
export const meanMap = (loss, z, width) => (loss === "squared" ? z.map((value) => 2 * value) : softmax(z, width));

/** M dz at z: 2 dz, or (diag p - p p^T) dz. */
export function curvature(loss, z, dz, width) {
  if (loss === "squared") return dz.map((value) => 2 * value);
  const p = softmax(z, width);
  const out = new Float64Array(dz.length);
  for (let row = 0; row < z.length; row += width) {
    let mean = 0;
    for (let j = 0; j < width; j += 1) mean += p[row + j] * dz[row + j];
    for (let j = 0; j < width; j += 1) out[row + j] = p[row + j] * (dz[row + j] - mean);
  }
  return out;
}

/** The trait: mean cross-entropy of the two class logits, its gradient in all outputs, and the share that is right. */
export function classification(z, labels) {
  const count = labels.length;
  const logits = select(z, 0, 2);
  const p = softmax(logits, 2);
  const force = new Float64Array(2 * count);
  let loss = 0;
  let right = 0;
  for (let n = 0; n < count; n += 1) {
    const [a, b] = [logits[2 * n], logits[2 * n + 1]];
    const top = Math.max(a, b);
    loss += top + Math.log(Math.exp(a - top) + Math.exp(b - top)) - logits[2 * n + labels[n]];
    for (let j = 0; j < 2; j += 1) force[2 * n + j] = p[2 * n + j] - (labels[n] === j ? 1 : 0);
    right += (b > a ? 1 : 0) === labels[n] ? 1 : 0;
  }
  return { loss: loss / count, accuracy: right / count, gradient: embed(force, 0, 2, 1 / count) };
}
