// The training that runs in the open: in slices, drawn as it goes, restarted whenever the state changes.

import { judged } from "./compute.js";
import { drawTraining, find } from "./drawing.js";
import { percent, pretty } from "./format.js";
import { advance, beginTraining } from "./simulation.js";

const BUDGET = 12; // milliseconds of training in one frame, or more where a slow machine would need many frames
const FRAMES = 40;
const still = window.matchMedia("(prefers-reduced-motion: reduce)");
export const now = { scenario: "works", state: null, setting: null, one: null, runs: null, paused: false, ticket: 0 };

export function say(text) {
  find("status").textContent = text;
}

function sayResult(lost) {
  const { runs, setting } = now;
  const [student, control] = [runs.student, runs.control].map((run) =>
    percent(judged(setting.world, run.theta).accuracy),
  );
  const certified = runs.student.certified.filter(Boolean).length;
  const far = lost
    ? "The student’s step α is so large that a training ran off to infinity: choose a smaller one. "
    : "";
  say(
    `${far}${runs.student.loss.length} steps, ${certified} of them certified; ` +
      `trait accuracy of the student ${student}, of the control ${control}.`,
  );
}

/** Train in slices of one frame each, drawing after every slice unless motion is unwanted. */
export function train(ticket) {
  if (ticket !== now.ticket || now.paused) return;
  const { runs, setting, state } = now;
  const both = [runs.student, runs.control];
  const until = performance.now() + BUDGET;
  const least = Math.min(state.steps, runs.student.loss.length + Math.ceil(state.steps / FRAMES));
  const more = () => runs.student.loss.length < least || performance.now() < until;
  while (runs.student.loss.length < state.steps && more()) {
    for (const run of both) advance(setting, run, state.alpha);
  }
  const lost = both.some((run) => !Number.isFinite(run.distance[run.distance.length - 1]));
  const done = lost || runs.student.loss.length >= state.steps;
  if (done || !still.matches) drawTraining(now);
  find("progress").value = runs.student.loss.length / state.steps;
  if (!done) {
    requestAnimationFrame(() => train(ticket));
    return;
  }
  sayResult(lost);
  document.body.dataset.trained = "true";
}

/** A new training, from its first step. */
export function restart() {
  const { setting, one, state } = now;
  now.ticket += 1;
  now.paused = false;
  find("pause").textContent = "Pause";
  document.body.dataset.trained = "false";
  now.runs = {
    student: beginTraining(setting, setting.student),
    control: beginTraining(setting, setting.world.other),
  };
  drawTraining(now);
  const predicted = setting.shared ? `, predicted ${pretty(one.numbers.predicted_inner_product)}` : "";
  say(`φ = ${pretty(one.numbers.inner_product)}${predicted} at ε = ${state.epsilon}. Training …`);
  const { ticket } = now;
  requestAnimationFrame(() => train(ticket));
}
