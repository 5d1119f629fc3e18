// What must happen, by one Jacobian-vector product and never by training: T1, T2, T5 and T14 of docs/theory.md.

import { curvature, embed, select } from "./losses.js";
import { backward, jvp } from "./network.js";
import { channelAt, traitAt } from "./setting.js";
import { cosine, inner, minus, move } from "./vectors.js";

/** J u on the channel. */
export function channelJvp(setting, theta, values, u) {
  return select(jvp(theta, values, u, setting.count), 2, 2 + setting.width);
}

/** A = E (Jv)' M (Jv), the direction G v and its cosine with v (T1), at the teacher's start. */
export function lemma(setting) {
  const theta = setting.world.reference;
  const at = channelAt(setting, theta);
  const Jv = channelJvp(setting, theta, at.values, setting.v);
  const MJv = curvature(setting.loss, at.z, Jv, setting.width);
  const Gv = backward(theta, at.values, embed(MJv, 2, 2 + setting.width, 1 / setting.count), setting.count);
  return { at, Jv, Gv, slope: inner(Jv, MJv) / setting.count, cosine: cosine(Gv, setting.v) };
}

/** The two terms of T5: epsilon phi(epsilon) = monotone - remainder, certified where monotone > |remainder|. */
export function finiteStep(setting, { at, Jv }, epsilon) {
  const moved = channelAt(setting, move(setting.world.reference, epsilon, setting.v));
  const pull = minus(moved.mu, at.mu);
  const change = minus(moved.z, at.z);
  const monotone = inner(pull, change) / setting.count;
  const remainder = inner(pull, move(change, -epsilon, Jv)) / setting.count;
  return {
    epsilon,
    monotone,
    remainder,
    phi: (monotone - remainder) / epsilon,
    certified: monotone > Math.abs(remainder),
  };
}

export const GRID = Array.from({ length: 60 }, (_, i) => 10 ** (-4 + (8 * i) / 59));

/** The zero of a function between two places of opposite sign: regula falsi, in its Illinois form. */
export function zeroBetween(value, left, right) {
  let [a, b, fa, fb, side] = [left, right, value(left), value(right), 0];
  for (let k = 0; k < 100 && Math.abs(b - a) > 1e-14 * Math.abs(b); k += 1) {
    const c = (fa * b - fb * a) / (fa - fb);
    const fc = value(c);
    if (fc === 0 || !(c > a && c < b)) return c;
    if (fc > 0 === fb > 0) {
      [b, fb] = [c, fc];
      if (side === -1) fa /= 2;
      side = -1;
    } else {
      [a, fa] = [c, fc];
      if (side === 1) fb /= 2;
      side = 1;
    }
  }
  return b;
}

/** The first zero of phi on the grid, bracketed there: the lemma's radius (T5, c). Null where phi is not positive. */
export function radius(phi, values) {
  if (!(values[0] > 0)) return null;
  const at = values.findIndex((value) => value <= 0);
  return at < 0 ? Infinity : zeroBetween(phi, GRID[at - 1], GRID[at]);
}

/** How far along the grid the certificate holds from its beginning; 0 where it never does. */
export function certifiedTo(along) {
  const lost = along.findIndex(({ certified }) => !certified);
  if (lost === 0) return 0;
  return lost < 0 ? Infinity : GRID[lost - 1];
}

/** The largest alpha up to which every step lowers the trait loss (T6): doubled from 1e-3, then bracketed. */
export function guaranteedAlpha(world, start, delta) {
  const before = traitAt(world, start);
  if (!(inner(before.descent(), delta) > 0)) return 0;
  const fall = (alpha) => (before.loss - traitAt(world, move(start, alpha, delta)).loss) / alpha;
  let [low, high] = [0, 1e-3];
  while (fall(high) > 0) {
    [low, high] = [high, 2 * high];
    if (high > 1e9) return Infinity;
  }
  return low > 0 ? zeroBetween(fall, low, high) : 0;
}

/** S and rho of T14 where the student stands: -grad L_S . (theta_T - theta) = S - rho. */
export function imitationTerms(setting, theta, at, target) {
  const J_way = channelJvp(setting, theta, at.values, minus(setting.teacher, theta));
  const pull = minus(target.mu, at.mu);
  const change = minus(target.z, at.z);
  const monotone = inner(pull, change) / setting.count;
  const remainder = inner(pull, minus(change, J_way)) / setting.count;
  return { monotone, remainder, certified: monotone > Math.abs(remainder) };
}
