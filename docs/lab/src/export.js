// "Export this state as Python": state.py, whose text the page carries, with the state of now in place of its own.

import { CONTROLS } from "./controls.js";

const literal = (value) => (typeof value === "string" ? `"${value}"` : String(value));

export function asPython(text, state) {
  const pairs = CONTROLS.map(({ name }) => `"${name}": ${literal(state[name])}`);
  const half = Math.ceil(pairs.length / 2);
  const lines = [pairs.slice(0, half), pairs.slice(half)].map((part) => part.join(", "));
  return text.trim().replace(/^STATE = \{[^}]*\}.*$/m, `STATE = {${lines.join(",\n         ")}}`) + "\n";
}
