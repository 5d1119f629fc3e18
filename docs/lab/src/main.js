// The page: its controls and links, and what is computed and drawn at once when the state changes.

import { compute, oneStep } from "./compute.js";
import { buildControls, showControls } from "./controls.js";
import { drawEmpty, drawMaps, drawStep, drawTraining, find } from "./drawing.js";
import { asPython } from "./export.js";
import { now, restart, say, train } from "./live.js";
import { fromLink, SCENARIOS, stateOf, toLink } from "./scenarios.js";
import { settingOf } from "./setting.js";
import { worldOf } from "./world.js";

/** Compute and draw everything for the present state, and begin to train; how long it took stands at the foot. */
function refresh() {
  const began = performance.now();
  const { state } = now;
  showControls(find("controls"), state);
  now.setting = settingOf(state);
  find("kept").textContent = `${now.setting.count} inputs, ${state.logits} logit${state.logits > 1 ? "s" : ""}`;
  find("python").textContent = asPython(find("python-source").textContent, state);
  if (now.setting.count > 0) {
    now.one = oneStep(now.setting, state);
    drawStep(now);
    restart();
  } else {
    now.ticket += 1;
    now.one = now.runs = null;
    drawEmpty(now);
    say(
      "The filter keeps none of the inputs, so there is nothing to imitate: choose another filter or another teacher.",
    );
    document.body.dataset.trained = "true";
  }
  const took = performance.now() - began;
  window.lab.drawn.push(took);
  find("took").textContent = `Computed and drawn in ${Math.round(took)} ms.`;
  document.body.dataset.ready = "true";
}

function followLink() {
  Object.assign(now, fromLink(window.location.hash));
  find("look").textContent = SCENARIOS[now.scenario].look;
  for (const link of find("scenarios").querySelectorAll("a")) {
    if (link.dataset.scenario === now.scenario) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  refresh();
}

function copyPython() {
  const byHand = () => {
    window.getSelection().selectAllChildren(find("python"));
    say("The Python is selected: copy it with your keyboard.");
  };
  if (!navigator.clipboard) return byHand();
  return navigator.clipboard.writeText(find("python").textContent).then(() => say("The Python is copied."), byHand);
}

function pause() {
  if (now.runs === null) return;
  now.paused = !now.paused;
  find("pause").textContent = now.paused ? "Continue" : "Pause";
  const { ticket } = now;
  if (!now.paused) requestAnimationFrame(() => train(ticket));
}

/** Pictures are as wide as their panels: draw again when those change. */
function redrawWhenResized() {
  let width = window.innerWidth;
  window.addEventListener("resize", () => {
    if (window.innerWidth === width || now.runs === null) return;
    width = window.innerWidth;
    drawStep(now);
    drawTraining(now);
    drawMaps(now);
  });
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => now.runs && drawMaps(now));
}

function begin() {
  find("scenarios").innerHTML = Object.entries(SCENARIOS)
    .map(([name, { title }]) => `<li><a href="#scenario=${name}" data-scenario="${name}">${title}</a></li>`)
    .join("");
  buildControls(find("controls"), (name, value) => {
    now.state = { ...now.state, [name]: value };
    window.history.replaceState(null, "", toLink(now.scenario, now.state));
    refresh();
  });
  find("again").addEventListener("click", () => now.runs && restart());
  find("pause").addEventListener("click", pause);
  find("copy").addEventListener("click", copyPython);
  window.addEventListener("hashchange", followLink);
  redrawWhenResized();
  followLink();
}

// What the tests ask for: every number of a state, how long each drawing took, the Python that is shown.
window.lab = {
  compute,
  stateOf,
  drawn: [],
  worldOf,
  state: () => ({ ...now.state }),
  python: () => find("python").textContent,
};
begin();
