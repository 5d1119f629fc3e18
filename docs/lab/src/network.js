// The network 8-16-16-5 with tanh, in float64: outputs, gradient and Jacobian-vector product, all by hand.
// Parameters are one Float64Array: kernel [in, out] row by row, then bias, layer after layer.

export const WIDTHS = [8, 16, 16, 5];
export const LAYERS = WIDTHS.slice(1).map((outs, i) => ({ ins: WIDTHS[i], outs }));
{
  let offset = 0;
  for (const layer of LAYERS) {
    layer.kernel = offset;
    layer.bias = offset + layer.ins * layer.outs;
    offset = layer.bias + layer.outs;
  }
}
export const SIZE = LAYERS[LAYERS.length - 1].bias + LAYERS[LAYERS.length - 1].outs;
export const OUTPUTS = WIDTHS[WIDTHS.length - 1];

/** sum += x W for every row; W starts at `offset` of theta. */
function multiplyInto(sum, x, theta, offset, count, ins, outs) {
  for (let n = 0; n < count; n += 1) {
    const row = n * outs;
    for (let i = 0; i < ins; i += 1) {
      const value = x[n * ins + i];
      if (value === 0) continue;
      const w = offset + i * outs;
      for (let j = 0; j < outs; j += 1) sum[row + j] += value * theta[w + j];
    }
  }
}

/** The values of every layer, inputs first: values[3] is z, [count, 5]. */
export function forward(theta, inputs, count) {
  const values = [inputs];
  LAYERS.forEach(({ ins, outs, kernel, bias }, depth) => {
    const sum = new Float64Array(count * outs);
    for (let n = 0; n < count; n += 1) for (let j = 0; j < outs; j += 1) sum[n * outs + j] = theta[bias + j];
    multiplyInto(sum, values[depth], theta, kernel, count, ins, outs);
    if (depth < LAYERS.length - 1) for (let k = 0; k < sum.length; k += 1) sum[k] = Math.tanh(sum[k]);
    values.push(sum);
  });
  return values;
}

/** J^T dz: the gradient in the parameters of the sum over inputs of <dz, z>. */
export function backward(theta, values, dz, count) {
  const gradient = new Float64Array(SIZE);
  let back = dz;
  for (let depth = LAYERS.length - 1; depth >= 0; depth -= 1) {
    const { ins, outs, kernel, bias } = LAYERS[depth];
    const below = values[depth];
    const next = depth > 0 ? new Float64Array(count * ins) : null;
    for (let n = 0; n < count; n += 1) {
      const row = n * outs;
      for (let j = 0; j < outs; j += 1) gradient[bias + j] += back[row + j];
      for (let i = 0; i < ins; i += 1) {
        const value = below[n * ins + i];
        const w = kernel + i * outs;
        let sum = 0;
        for (let j = 0; j < outs; j += 1) {
          const b = back[row + j];
          gradient[w + j] += value * b;
          sum += theta[w + j] * b;
        }
        if (next) next[n * ins + i] = sum * (1 - value * value);
      }
    }
    back = next;
  }
  return gradient;
}

/** J v: how the outputs move when the parameters move along v, [count, 5]. */
export function jvp(theta, values, v, count) {
  let moved = null;
  LAYERS.forEach(({ ins, outs, kernel, bias }, depth) => {
    const sum = new Float64Array(count * outs);
    for (let n = 0; n < count; n += 1) for (let j = 0; j < outs; j += 1) sum[n * outs + j] = v[bias + j];
    multiplyInto(sum, values[depth], v, kernel, count, ins, outs);
    if (moved) multiplyInto(sum, moved, theta, kernel, count, ins, outs);
    if (depth < LAYERS.length - 1) {
      const above = values[depth + 1];
      for (let k = 0; k < sum.length; k += 1) sum[k] *= 1 - above[k] * above[k];
    }
    moved = sum;
  });
  return moved;
}
