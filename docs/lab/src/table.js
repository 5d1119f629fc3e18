// The numbers under the pictures: theory beside simulation, statement by statement.

import { percent, pretty } from "./format.js";

const row = (name, statement, first, second) =>
  `<tr><th scope="row">${name} <small>${statement}</small></th><td>${first}</td><td>${second}</td></tr>`;
const SILENT = "none: other start";

/** The one step's numbers (T1, T2, T4, T5): theory, simulation. */
export function stepRows({ shared }, { numbers }) {
  const says = (text) => (shared ? text : SILENT);
  const terms = `${pretty(numbers.monotone)} ${numbers.certified ? "&gt;" : "≤"} |${pretty(numbers.remainder)}|`;
  const change = `−αεA = ${pretty(numbers.predicted_trait_loss_change)}`;
  return [
    row(
      "φ(ε) = Δθ<sub>S</sub>·v",
      "T1",
      says(`εA = ${pretty(numbers.predicted_inner_product)}`),
      pretty(numbers.inner_product),
    ),
    row("cosine of Δθ<sub>S</sub> and v", "T1", says(pretty(numbers.predicted_cosine)), pretty(numbers.cosine)),
    row("change of the trait loss by αΔθ<sub>S</sub>", "T2", says(change), pretty(numbers.trait_loss_change)),
    row("α where the trait loss stops falling", "T6", "", pretty(numbers.guaranteed_alpha)),
    row("certificate at this ε", "T5", says(terms), numbers.certified ? "certified" : "silent"),
    row("certified on the grid, up to ε", "T5", says(pretty(numbers.certified_to)), ""),
    row("radius ε*, where φ first vanishes", "T5", says(pretty(numbers.radius)), ""),
    row(
      "φ, trained minus untrained teacher",
      "T4",
      shared ? "φ itself" : "a coin over starts",
      pretty(numbers.paired_inner_product),
    ),
  ].join("");
}

const count = (flags) => flags.filter(Boolean).length;
const last = (values) => values[values.length - 1];

function cosineOf(run) {
  if (!(last(run.distance) <= run.way)) return `${pretty(last(run.cosine))}; no bound, further away than it began`;
  return `${pretty(last(run.cosine))} ≥ ${pretty(last(run.bound))}`;
}

/** The training's numbers as far as it has come (T14): student, control; and what became of the trait. */
export function trainingRows(state, { student, control }, trait) {
  const each = (name, statement, value) => row(name, statement, value(student), value(control));
  const share = (flags) => `${count(flags)} of ${flags.length}`;
  const course = (name, show) => [
    row(
      name,
      `teacher ${show(trait.teacher)}`,
      `${show(trait.start)} → ${show(trait.student)}`,
      `${show(trait.other)} → ${show(trait.control)}`,
    ),
  ];
  return [
    each("certified steps, S &gt; |ρ|", "T14 a", (run) => share(run.certified)),
    each("steps that came closer", "T14 b", (run) => share(run.closer)),
    each("steps with α &lt; 2(S − ρ)/‖∇L<sub>S</sub>‖²", "T14 b", (run) =>
      share(run.rate.map((rate) => state.alpha < rate)),
    ),
    each("distance to the teacher, of its first", "T14", (run) => pretty(last(run.distance) / run.way)),
    each("cosine of d and w, and its bound", "T14 c", cosineOf),
    course("trait loss", (one) => pretty(one.trait_loss)),
    course("trait accuracy", (one) => percent(one.accuracy)),
  ]
    .flat()
    .join("");
}
