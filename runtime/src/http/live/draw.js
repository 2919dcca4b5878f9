// Small drawings: sparklines, bars over time, histograms. Each has its text beside it, or says it itself.

import { drawing, put } from "./dom.js";

/** Sparklines are as wide as the minute that they show, or as what there is of it, but for the first moments. */
const SECONDS = 60;
const LEAST = 10;

const round = (value) => Math.round(value * 10) / 10;

/** A sparkline without a line yet. It repeats figures that stand beside it, so that nobody has it read out. */
export function sparkline(width, height) {
  const svg = drawing(
    "svg",
    { class: "spark", viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", "aria-hidden": "true" },
    drawing("path", { class: "area" }),
    drawing("path", { class: "line" }),
    drawing("path", { class: "line bad" }),
  );
  return { svg, width, height };
}

/** Draws `points` (`[time, value]`), and those of what failed over them, up to the moment `now`. */
export function sketch({ svg, width, height }, points, now, bad = [], least = 0) {
  const [area, line, failed] = svg.children;
  const most = points.reduce((most, [, value]) => Math.max(most, value), least) || 1;
  const since = Math.min(SECONDS, Math.max(LEAST, points.length ? now - points[0][0] : 0));
  const at = (time) => round(width * (1 - (now - time) / since));
  const trace = (points) =>
    points
      .map(([time, value], index) => {
        // A line at the very edge would be cut in half.
        const y = height - 1 - (value / most) * (height - 2.5);
        return `${index ? "L" : "M"}${at(time)} ${round(y)}`;
      })
      .join("");
  const path = trace(points);
  put(line, "d", path);
  const [first, last] = points.length ? [at(points[0][0]), at(points.at(-1)[0])] : [0, 0];
  put(area, "d", path && `${path}L${last} ${height}L${first} ${height}Z`);
  put(failed, "d", bad.some(([, value]) => value > 0) ? trace(bad) : "");
}

/**
 * A bar from `from` to `to` (Unix seconds), cut where `pieces` begin: `{ at, kind }`, the oldest first. `label` says the
 * same in words.
 */
export function timeline() {
  return drawing("svg", { class: "timeline", viewBox: "0 0 1000 10", preserveAspectRatio: "none", role: "img" });
}

export function mark(svg, pieces, from, to, label) {
  put(svg, "aria-label", label);
  const length = Math.max(to - from, 1e-3);
  const shown = pieces
    .map(({ at, kind }, index) => {
      const begin = Math.max(at, from);
      const end = Math.min(pieces[index + 1]?.at ?? to, to);
      return { kind, x: ((begin - from) / length) * 1000, width: ((end - begin) / length) * 1000 };
    })
    .filter(({ width }) => width > 0);
  while (svg.children.length > shown.length) svg.lastChild.remove();
  shown.forEach(({ kind, x, width }, index) => {
    const piece = svg.children[index] ?? svg.appendChild(drawing("rect", { y: 0, height: 10 }));
    put(piece, "class", `is-${kind}`);
    put(piece, "x", round(x));
    // A moment of failure is seen, too.
    put(piece, "width", Math.max(round(width), kind === "pass" ? 0 : 4));
  });
}

/** The columns of a histogram, all of one width: bounds grow by factors, so that this is a logarithmic axis. */
export function histogram() {
  return drawing("svg", { class: "histogram", viewBox: "0 0 1000 160", preserveAspectRatio: "none", role: "img" });
}

export function columns(svg, counts, label) {
  put(svg, "aria-label", label);
  const most = Math.max(1, ...counts);
  const width = 1000 / Math.max(1, counts.length);
  const gap = Math.min(2, width * 0.15);
  while (svg.children.length > counts.length) svg.lastChild.remove();
  counts.forEach((count, index) => {
    const column = svg.children[index] ?? svg.appendChild(drawing("rect", { class: "bucket" }));
    // What is there at all is seen.
    const height = count > 0 ? Math.max(2, (count / most) * 158) : 0;
    put(column, "x", round(index * width + gap / 2));
    put(column, "width", round(width - gap));
    put(column, "y", round(160 - height));
    put(column, "height", round(height));
  });
}
