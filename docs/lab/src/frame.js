// A picture's frame: scales, axes with ticks, lines clipped to it. Everything is a string of SVG.

import { power, pretty } from "./format.js";

function linearTicks(low, high, about) {
  const raw = (high - low) / about;
  const unit = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((one) => one * unit).find((one) => one >= raw);
  const ticks = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k += 1) ticks.push(k * step);
  return ticks;
}

function logTicks(low, high) {
  const ticks = [];
  for (let k = Math.ceil(Math.log10(low) - 1e-9); k <= Math.log10(high) + 1e-9; k += 1) ticks.push(10 ** k);
  return ticks;
}

/** A letter after "_" is set below the line, as in θ_T. */
export const lowered = (text) =>
  text.replace(/_(\w+)/g, '<tspan class="lowered" dy="3">$1</tspan><tspan dy="-3">&#8203;</tspan>');

/** Scales and axes of one picture; x and y are [low, high]. */
export function frame({ id, width, height, x, y, logX = false, xLabel, yLabel, left = 58, bottom = 36 }) {
  const [right, top] = [16, 26];
  const forward = logX ? Math.log10 : (value) => value;
  const [x0, x1] = x.map(forward);
  const X = (value) => left + ((forward(value) - x0) / (x1 - x0)) * (width - left - right);
  const Y = (value) => height - bottom - ((value - y[0]) / (y[1] - y[0])) * (height - top - bottom);
  const parts = [];
  const decades = logX ? logTicks(...x).filter((_, i) => width >= 420 || i % 2 === 0) : [];
  for (const tick of logX ? decades : linearTicks(...x, width < 420 ? 4 : 6)) {
    const at = X(tick).toFixed(1);
    const label = logX ? power(Math.round(Math.log10(tick))) : pretty(Number(tick.toPrecision(12)));
    parts.push(`<line class="grid" x1="${at}" x2="${at}" y1="${top}" y2="${height - bottom}"/>`);
    const place = X(tick) > width - 24 ? `x="${width - 1}" text-anchor="end"` : `x="${at}" text-anchor="middle"`;
    parts.push(`<text ${place} y="${height - bottom + 17}">${label}</text>`);
  }
  for (const tick of linearTicks(...y, 4)) {
    const at = Y(tick).toFixed(1);
    parts.push(`<line class="grid${Math.abs(tick) < 1e-12 * (y[1] - y[0]) ? " zero" : ""}" y1="${at}" y2="${at}"
      x1="${left}" x2="${width - right}"/>`);
    parts.push(
      `<text x="${left - 6}" y="${Number(at) + 4}" text-anchor="end">${pretty(Number(tick.toPrecision(12)))}</text>`,
    );
  }
  parts.push(
    `<text x="${(left + width - right) / 2}" y="${height - 4}" text-anchor="middle">${lowered(xLabel)}</text>`,
  );
  parts.push(`<text x="4" y="12">${lowered(yLabel)}</text>`);
  parts.push(`<clipPath id="${id}-clip"><rect x="${left}" y="${top}" width="${width - left - right}"
    height="${height - top - bottom}"/></clipPath>`);
  return {
    X,
    Y,
    left,
    right: width - right,
    top,
    bottom: height - bottom,
    axes: parts.join(""),
    clip: `url(#${id}-clip)`,
  };
}

/** A line through points [x, y]; values that are not finite interrupt it. */
export function line(at, points, kind) {
  let pen = "M";
  const path = points.map(([x, y]) => {
    if (!Number.isFinite(x) || !Number.isFinite(y)) {
      pen = "M";
      return "";
    }
    const clamped = Math.max(-1e4, Math.min(1e4, at.Y(y)));
    const piece = `${pen}${at.X(x).toFixed(1)} ${clamped.toFixed(1)}`;
    pen = "L";
    return piece;
  });
  return `<path class="line ${kind}" clip-path="${at.clip}" d="${path.join("")}"/>`;
}

/** The picture around it. */
export function picture({ width, height }, words, content) {
  const box = `viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"`;
  return `<svg ${box} role="img" aria-label="${words}">${content}</svg>`;
}
