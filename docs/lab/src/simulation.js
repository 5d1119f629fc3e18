// What does happen: the student's gradient step, and a whole training of plain gradient descent.

import { embed } from "./losses.js";
import { backward } from "./network.js";
import { channelAt } from "./setting.js";
import { imitationTerms } from "./theory.js";
import { inner, minus, move, norm } from "./vectors.js";

/** -grad L_S at theta, towards a target's mu. */
export function update(setting, theta, at, target) {
  const force = embed(minus(target.mu, at.mu), 2, 2 + setting.width, 1 / setting.count);
  return backward(theta, at.values, force, setting.count);
}

/** The loss of imitation, the mean over inputs. */
function imitationLoss(setting, z, y, mu) {
  let sum = 0;
  if (setting.loss === "squared") {
    for (let k = 0; k < z.length; k += 1) sum += (z[k] - y[k]) ** 2;
    return sum / setting.count;
  }
  for (let row = 0; row < z.length; row += setting.width) {
    let top = -Infinity;
    for (let j = 0; j < setting.width; j += 1) top = Math.max(top, z[row + j]);
    let total = 0;
    for (let j = 0; j < setting.width; j += 1) total += Math.exp(z[row + j] - top);
    for (let j = 0; j < setting.width; j += 1) sum -= mu[row + j] * (z[row + j] - top - Math.log(total));
  }
  return sum / setting.count;
}

/** A training that has not begun; `advance` takes it one step further. */
export function beginTraining(setting, start) {
  const whole = minus(setting.teacher, start);
  const names = ["monotone", "remainder", "progress", "certified", "closer", "cosine", "bound", "rate", "loss"];
  const run = { start, whole, way: norm(whole), theta: start, target: channelAt(setting, setting.teacher) };
  for (const name of names) run[name] = [];
  run.distance = [run.way];
  return run;
}

/** One step of rate alpha, with what theory says of it before it is taken (T14). */
export function advance(setting, run, alpha) {
  const at = channelAt(setting, run.theta);
  const step = update(setting, run.theta, at, run.target);
  const terms = imitationTerms(setting, run.theta, at, run.target);
  const squared = inner(step, step);
  run.monotone.push(terms.monotone);
  run.remainder.push(terms.remainder);
  run.certified.push(terms.certified);
  run.progress.push(inner(step, minus(setting.teacher, run.theta)));
  run.rate.push((2 * Math.max(terms.monotone - terms.remainder, 0)) / (squared > 0 ? squared : 1));
  run.loss.push(imitationLoss(setting, at.z, run.target.z, run.target.mu));
  run.theta = move(run.theta, alpha, step);
  const left = norm(minus(setting.teacher, run.theta));
  const moved = minus(run.theta, run.start);
  const size = norm(moved);
  run.closer.push(left < run.distance[run.distance.length - 1]);
  run.distance.push(left);
  run.cosine.push(size * run.way > 0 ? inner(moved, run.whole) / (size * run.way) : 0);
  run.bound.push(size / (2 * run.way));
}
