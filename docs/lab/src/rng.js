// Random numbers that Python makes bit for bit as well (state.py): 32-bit integers, dyadic fractions, sums, no more.

/** mulberry32: a stream of fractions in [0, 1), multiples of 2^-32. */
export function mulberry32(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t ^ (t + Math.imul(t ^ (t >>> 7), t | 61))) >>> 0;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A nearly normal number, mean 0 and variance 1: the sum of twelve fractions, less six. Every partial sum is exact. */
export function nearlyNormal(draw) {
  let sum = 0;
  for (let i = 0; i < 12; i += 1) sum += draw();
  return sum - 6;
}
