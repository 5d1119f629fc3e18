// From a state of the page to what the package calls a Setting, and the teacher that was trained for it.

import { classification, meanMap, select } from "./losses.js";
import { backward, forward, OUTPUTS, WIDTHS } from "./network.js";
import { mix, move } from "./vectors.js";
import { NOISES, worldOf } from "./world.js";

export const DEFAULTS = {
  seed: 19,
  loss: "softmax", // or "squared"
  epsilon: 0.5, // the teacher's step
  alpha: 1, // the student's step
  distance: 0, // of the student's start: 0 the teacher's own, 1 another
  logits: 3, // auxiliary logits in the channel, outputs 2 .. 1 + logits
  noise: 2, // the inputs are uniform in [-noise, noise]
  filter: "all", // or "class0", "class1", "agree"
  teacherSteps: 100,
  steps: 300,
};

const FILTERS = {
  all: () => true,
  class0: (teacher) => teacher === 0,
  class1: (teacher) => teacher === 1,
  agree: (teacher, reference) => teacher === reference,
};

const classOf = (z, n) => (z[n * OUTPUTS + 1] > z[n * OUTPUTS] ? 1 : 0);

/** The trait at some parameters: loss, accuracy, and the direction of steepest descent. */
export function traitAt(world, theta) {
  const values = forward(theta, world.points.inputs, world.points.count);
  const { loss, accuracy, gradient } = classification(values[3], world.points.labels);
  return {
    loss,
    accuracy,
    descent: () =>
      backward(
        theta,
        values,
        gradient.map((g) => -g),
        world.points.count,
      ),
  };
}

/** Gradient descent on the trait loss at rate epsilon; its first step is that of Theorem 1. */
export function trainedTeacher(world, epsilon, steps) {
  let theta = world.reference;
  for (let k = 0; k < steps; k += 1) theta = move(theta, epsilon, traitAt(world, theta).descent());
  return theta;
}

/** Which of the noises the filter keeps, as one array of inputs. */
function keptInputs(state, world, teacher) {
  const inputs = world.noise.map((value) => state.noise * value);
  if (state.filter === "all") return inputs;
  const [told, before] = [teacher, world.reference].map((theta) => forward(theta, inputs, NOISES)[3]);
  const kept = [];
  for (let n = 0; n < NOISES; n += 1) {
    if (FILTERS[state.filter](classOf(told, n), classOf(before, n))) kept.push(n);
  }
  return Float64Array.from({ length: kept.length * WIDTHS[0] }, (_, k) => {
    const [n, i] = [Math.floor(k / WIDTHS[0]), k % WIDTHS[0]];
    return inputs[kept[n] * WIDTHS[0] + i];
  });
}

const remembered = new Map();

/** The last result under a name, computed anew when its key differs. */
function once(name, key, make) {
  if (remembered.get(name)?.key !== key) remembered.set(name, { key, value: make() });
  return remembered.get(name).value;
}

/** All that is given; the world and the teacher are kept while the state asks for the same. */
export function settingOf(state) {
  const { seed, epsilon, teacherSteps } = state;
  const world = once("world", String(seed), () => worldOf(seed));
  const teacher = once("teacher", [seed, epsilon, teacherSteps].join(), () =>
    trainedTeacher(world, epsilon, teacherSteps),
  );
  const inputs = keptInputs(state, world, teacher);
  return {
    world,
    teacher,
    inputs,
    count: inputs.length / WIDTHS[0],
    loss: state.loss,
    width: state.logits,
    student: state.distance === 0 ? world.reference : mix(world.reference, world.other, state.distance),
    shared: state.distance === 0,
    v: traitAt(world, world.reference).descent(),
  };
}

/** The layers' values at theta on the student's inputs, the channel's outputs z and mu(z). */
export function channelAt(setting, theta) {
  const values = forward(theta, setting.inputs, setting.count);
  const z = select(values[3], 2, 2 + setting.width);
  return { values, z, mu: meanMap(setting.loss, z, setting.width) };
}
