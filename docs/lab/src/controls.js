// What can be set, with its allowed values; the form is made of this table, and a state from a link is held to it.

const decades = (from, to) => {
  const values = [];
  for (let power = from; power <= to; power += 1) {
    for (const digit of [1, 1.5, 2, 3, 5, 7]) values.push(Number(`${digit}e${power}`));
  }
  return values;
};
const evenly = (from, to, by) => {
  const count = Math.round((to - from) / by);
  return Array.from({ length: count + 1 }, (_, i) => Number((from + i * by).toFixed(6)));
};

export const CONTROLS = [
  { name: "epsilon", label: "Teacher’s step ε", values: decades(-3, 1), hint: "along v" },
  { name: "alpha", label: "Student’s step α", values: decades(-2, 1), hint: "along Δθ<sub>S</sub>" },
  { name: "distance", label: "Student’s start", values: evenly(0, 1, 0.05), hint: "0 shared, 1 not" },
  { name: "logits", label: "Auxiliary logits m", values: [1, 2, 3], hint: "imitated" },
  { name: "loss", label: "Imitation loss", choices: { softmax: "softmax", squared: "squared error" } },
  { name: "noise", label: "Noise inputs", values: evenly(0.25, 4, 0.25), hint: "uniform in ±" },
  {
    name: "filter",
    label: "Keep inputs",
    choices: {
      all: "all",
      class0: "teacher says 0",
      class1: "teacher says 1",
      agree: "teacher, θ₀ agree",
    },
  },
  { name: "teacherSteps", label: "Teacher’s steps", values: [1, 2, 5, 10, 20, 50, 100, 150, 200], hint: "of training" },
  { name: "steps", label: "Student’s steps", values: [25, 50, 100, 200, 300, 400, 600], hint: "of training" },
  { name: "seed", label: "Draw", values: evenly(1, 40, 1), hint: "of weights and data" },
];

/** The allowed value nearest to what was asked for; undefined where it makes no sense. */
export function allowed(control, value) {
  if (control.choices) return Object.hasOwn(control.choices, value) ? value : undefined;
  const asked = Number(value);
  if (value === "" || !Number.isFinite(asked)) return undefined;
  const held = Math.max(control.values[0], Math.min(control.values.at(-1), asked));
  return control.values.reduce((best, one) => (Math.abs(one - held) < Math.abs(best - held) ? one : best));
}

function fieldOf(control) {
  const { name, label, hint } = control;
  if (control.choices) {
    const options = Object.entries(control.choices).map(([value, text]) => `<option value="${value}">${text}</option>`);
    return `<div class="field"><label for="${name}">${label}</label>
      <select id="${name}" name="${name}">${options.join("")}</select></div>`;
  }
  return `<div class="field"><label for="${name}">${label}<small>${hint}</small></label>
    <output id="${name}-value" for="${name}"></output>
    <input type="range" id="${name}" name="${name}" min="0" max="${control.values.length - 1}" step="1"></div>`;
}

/** Fill the form; `changed(name, value)` is called whenever something is moved. */
export function buildControls(form, changed) {
  form.innerHTML = CONTROLS.map(fieldOf).join("");
  form.addEventListener("input", ({ target }) => {
    const control = CONTROLS.find(({ name }) => name === target.name);
    changed(control.name, control.choices ? target.value : control.values[Number(target.value)]);
  });
}

/** Let the form show a state. */
export function showControls(form, state) {
  for (const control of CONTROLS) {
    const field = form.elements.namedItem(control.name);
    const value = state[control.name];
    if (control.choices) {
      field.value = value;
    } else {
      field.value = String(control.values.indexOf(value));
      field.setAttribute("aria-valuetext", String(value));
      form.querySelector(`#${control.name}-value`).textContent = String(value);
    }
  }
}
