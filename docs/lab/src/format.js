// Numbers as people read them.

const RAISED = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

export const power = (exponent) => `10${[...String(exponent)].map((digit) => RAISED[digit]).join("")}`;

/** Three significant digits; very small and very large ones with a power of ten. */
export function pretty(value) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (value === 0) return "0";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  const sign = value < 0 ? "−" : "";
  if (size >= 1e-3 && size < 1e5) return sign + String(Number(size.toPrecision(3)));
  const [digits, exponent] = size.toExponential(2).split("e");
  return `${sign}${Number(digits)}·${power(Number(exponent))}`;
}

export const percent = (share) => (Number.isNaN(share) ? "–" : `${Math.round(100 * share)}\u202f%`);
