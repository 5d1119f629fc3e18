// A state's numbers, all of them: what the page shows and what the test holds against the package.

import { advance, beginTraining, update } from "./simulation.js";
import { channelAt, settingOf, traitAt } from "./setting.js";
import { certifiedTo, channelJvp, finiteStep, GRID, guaranteedAlpha, lemma, radius } from "./theory.js";
import { cosine, inner, minus, move } from "./vectors.js";

/** One step of teacher and student, theory beside simulation (T1, T2, T4, T5), and phi along epsilon. */
export function oneStep(setting, state) {
  const { world, student, v } = setting;
  const theory = lemma(setting);
  const { epsilon, alpha } = state;
  const at = channelAt(setting, student);
  const told = channelAt(setting, move(world.reference, epsilon, v));
  const delta = update(setting, student, at, told);
  const untrained = update(setting, student, at, theory.at);
  const paired = minus(delta, untrained);
  const Jv = channelJvp(setting, student, at.values, v);
  const simulated = (e) => {
    const target = channelAt(setting, move(world.reference, e, v));
    return inner(minus(target.mu, at.mu), Jv) / setting.count;
  };
  const finite = finiteStep(setting, theory, epsilon);
  const along = GRID.map((e) => finiteStep(setting, theory, e));
  const change = traitAt(world, move(student, alpha, delta)).loss - traitAt(world, student).loss;
  return {
    theory,
    delta,
    paired,
    simulated,
    along,
    numbers: {
      inner_product: inner(delta, v),
      predicted_inner_product: epsilon * theory.slope,
      cosine: cosine(delta, v),
      predicted_cosine: theory.cosine,
      trait_loss_change: change,
      predicted_trait_loss_change: -alpha * epsilon * inner(theory.Gv, v),
      monotone: finite.monotone,
      remainder: finite.remainder,
      certified: setting.shared && finite.certified,
      paired_inner_product: inner(paired, v),
      paired_cosine: cosine(paired, v),
      guaranteed_alpha: guaranteedAlpha(world, student, delta),
      certified_to: setting.shared ? certifiedTo(along) : 0,
      radius: radius(
        (e) => finiteStep(setting, theory, e).phi,
        along.map((one) => one.phi),
      ),
    },
  };
}

const recorded = ({ monotone, remainder, progress, certified, closer, distance, cosine: cos, bound, rate, loss }) => ({
  monotone,
  remainder,
  progress,
  certified,
  closer,
  distance,
  cosine: cos,
  cosine_bound: bound,
  largest_certified_rate: rate,
  loss,
});

/** The trait's loss and accuracy of some parameters. */
export function judged(world, theta) {
  const { loss, accuracy } = traitAt(world, theta);
  return { trait_loss: loss, accuracy: Number.isFinite(loss) ? accuracy : NaN };
}

/** Everything, trained to the end at once. */
export function compute(state) {
  const setting = settingOf(state);
  if (setting.count === 0) return { kept: 0 };
  const { world, teacher } = setting;
  const runs = { student: beginTraining(setting, setting.student), control: beginTraining(setting, world.other) };
  for (const run of Object.values(runs)) for (let k = 0; k < state.steps; k += 1) advance(setting, run, state.alpha);
  const one = oneStep(setting, state);
  return {
    kept: setting.count,
    step: one.numbers,
    curve: {
      epsilon: GRID,
      inner_product: GRID.map(one.simulated),
      certified: one.along.map((at) => setting.shared && at.certified),
    },
    teacher: judged(world, teacher),
    reference: judged(world, world.reference),
    student: { ...judged(world, runs.student.theta), training: recorded(runs.student) },
    control: { ...judged(world, runs.control.theta), training: recorded(runs.control) },
  };
}
