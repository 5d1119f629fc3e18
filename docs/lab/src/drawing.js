// Where everything is drawn: the one step at once, the training as far as it has come.

import { drawArrows } from "./arrows.js";
import { judged } from "./compute.js";
import { drawCurve } from "./curve.js";
import { percent } from "./format.js";
import { colours, drawMap } from "./maps.js";
import { stepRows, trainingRows } from "./table.js";
import { drawCosine, drawDistance } from "./trajectory.js";

export const find = (id) => document.getElementById(id);

const MAPS = {
  reference: ({ world }) => world.reference,
  teacher: ({ teacher }) => teacher,
  student: (_, runs) => runs.student.theta,
  control: (_, runs) => runs.control.theta,
};
const PICTURES = ["arrows", "near", "far", "distance-picture", "cosine-picture"];
const sizeOf = (id, height) => ({ width: Math.max(240, find(id).clientWidth), height });

/** Panels 1 and 2 and their numbers. */
export function drawStep({ setting, one, state }) {
  const arrows = drawArrows(sizeOf("arrows", 230), setting.shared, one.numbers);
  find("arrows").innerHTML = arrows.svg;
  find("arrows-said").innerHTML = arrows.said;
  const curve = drawCurve(sizeOf("near", 170), setting, one, state.epsilon);
  find("near").innerHTML = curve.near;
  find("far").innerHTML = curve.far;
  find("step-rows").innerHTML = stepRows(setting, one);
}

/** Panel 3: the maps of the networks that are named; their captions say how many points are right. */
export function drawMaps({ setting, runs }, names = Object.keys(MAPS)) {
  const { world } = setting;
  const paint = colours();
  for (const name of names) {
    const theta = MAPS[name](setting, runs);
    drawMap(find(`map-${name}`), theta, world.points, paint);
    find(`accuracy-${name}`).textContent = percent(judged(world, theta).accuracy);
  }
}

/** Panels 3 and 4 and their numbers. */
export function drawTraining(now) {
  const { runs, state, setting } = now;
  const { student, control } = runs;
  drawMaps(now, student.loss.length > 0 ? ["student", "control"] : undefined);
  find("distance-picture").innerHTML = drawDistance(sizeOf("distance-picture", 190), runs, state.steps);
  find("cosine-picture").innerHTML = drawCosine(sizeOf("cosine-picture", 190), runs, state.steps);
  const places = { teacher: setting.teacher, start: student.start, other: control.start };
  const networks = { ...places, student: student.theta, control: control.theta };
  const trait = Object.fromEntries(Object.entries(networks).map(([name, at]) => [name, judged(setting.world, at)]));
  find("training-rows").innerHTML = student.loss.length > 0 ? trainingRows(state, runs, trait) : "";
}

/** What is left where the filter keeps no input. */
export function drawEmpty({ setting }) {
  for (const id of PICTURES) find(id).innerHTML = `<p class="nothing">No input is left: nothing to draw.</p>`;
  find("step-rows").innerHTML = "";
  find("training-rows").innerHTML = "";
  find("arrows-said").textContent = "";
  drawMaps({ setting, runs: { student: { theta: setting.student }, control: { theta: setting.world.other } } });
}
