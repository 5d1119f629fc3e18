// Arithmetic on parameters, each one Float64Array.

export function inner(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += a[i] * b[i];
  return sum;
}

export const norm = (a) => Math.sqrt(inner(a, a));
export const minus = (a, b) => a.map((value, i) => value - b[i]);
export const move = (a, rate, b) => a.map((value, i) => value + rate * b[i]);
export const mix = (a, b, t) => a.map((value, i) => (1 - t) * value + t * b[i]);

/** The cosine of two directions; 0 where one of them vanishes. */
export function cosine(a, b) {
  const lengths = norm(a) * norm(b);
  return lengths > 0 ? inner(a, b) / lengths : 0;
}
