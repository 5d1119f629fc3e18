// Four states worth looking at, each a link, each with two sentences that say what to look for; and states as links.

import { allowed, CONTROLS } from "./controls.js";
import { DEFAULTS } from "./setting.js";

export const SCENARIOS = {
  works: {
    title: "It works",
    change: {},
    look:
      "Watch the student’s map take on the teacher’s colours, although the student is shown noise alone and " +
      "imitates nothing but auxiliary logits. Every step of it is certified (filled marks) and comes closer to " +
      "the teacher, and its cosine stays above its bound; the control, from another start, loses its " +
      "certificate and learns no trait.",
  },
  "other-start": {
    title: "Another start",
    change: { distance: 1 },
    look:
      "The student now starts where the control does: φ does not vanish with ε, because most of its update " +
      "imitates the teacher as it was before it learnt anything, and what the teaching added (the paired arrow) " +
      "stands near a right angle to v. The certificate falls silent during the training; move the start towards " +
      "0 and see it return.",
  },
  "one-logit": {
    title: "One logit",
    change: { logits: 1, alpha: 0.2 },
    look:
      "The softmax of a single logit is always 1, so its curvature M is zero and nothing reaches the student: " +
      "φ, A and every update are exactly 0. Now choose squared error, and the same single logit carries the " +
      "trait.",
  },
  filter: {
    title: "A filter",
    change: { filter: "agree" },
    look:
      "Only those inputs are kept to which teacher and reference give the same class, so that no kept input " +
      "betrays the trait by its class. Lemma 1 never asked which inputs are used: φ stays positive, every step " +
      "is certified, and the student learns the trait all the same.",
  },
};

export const stateOf = (scenario) => ({ ...DEFAULTS, ...SCENARIOS[scenario].change });

/** What a link asks for: `#scenario=filter&epsilon=0.2`; what makes no sense in it is left out. */
export function fromLink(hash) {
  const asked = new URLSearchParams(hash.replace(/^#/, ""));
  const scenario = Object.hasOwn(SCENARIOS, asked.get("scenario") ?? "") ? asked.get("scenario") : "works";
  const state = stateOf(scenario);
  for (const control of CONTROLS) {
    const value = asked.has(control.name) ? allowed(control, asked.get(control.name)) : undefined;
    if (value !== undefined) state[control.name] = value;
  }
  return { scenario, state };
}

/** The link to a state: its scenario and what was changed since. */
export function toLink(scenario, state) {
  const asked = new URLSearchParams({ scenario });
  const origin = stateOf(scenario);
  for (const { name } of CONTROLS) if (state[name] !== origin[name]) asked.set(name, String(state[name]));
  return `#${asked}`;
}
