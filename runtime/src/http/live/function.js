// The page of one function: how long its calls take, how they end, what it promises, and which traces to look at.

import { columnsOf, placeOf } from "./buckets.js";
import { element, find, keep, put, show, table, tabulate, vary, write } from "./dom.js";
import { columns, histogram, sketch, sparkline } from "./draw.js";
import { NONE, count, duration, grouped, moment, percent, plural, rate, span } from "./format.js";
import { Slos, nowOf } from "./health.js";
import { failed, judged, keyOf } from "./history.js";

const OUTCOMES = ["ok", "error", "panic", "cancelled"];
/** Room that a bound below a histogram takes, and the name of a mark above it, in pixels. */
const BOUND = 56;
const MARK = 32;
const QUANTILES = ["p50", "p95", "p99"];

const BUSY = "Time on a thread, waiting and blocking included; 100 % is one thread all the time";

const total = (calls) => OUTCOMES.reduce((sum, outcome) => sum + calls[outcome], 0);

/** A panel with a heading; its body is what is filled. */
function panel(title, ...body) {
  const note = element("p", { class: "note" });
  const heading = element("h3", {}, title);
  return { whole: element("section", { class: "panel", "aria-label": title }, element("div", { class: "head" }, heading, note), ...body), note };
}

const scroll = (label, content) => element("div", { class: "scroll", role: "region", "aria-label": label, tabindex: "0" }, content);

/** Something to be copied, and a button that does it. */
function copyable(text, label) {
  const button = element("button", { type: "button", class: "copy", "aria-label": `Copy ${label}` }, "Copy");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text);
      write(button, "Copied");
    } catch {
      // Not everybody may: then it is selected, for the keyboard.
      getSelection().selectAllChildren(button.previousSibling);
      write(button, "Selected");
    }
    setTimeout(() => write(button, "Copy"), 1_500);
  });
  return element("span", { class: "copyable" }, element("code", {}, text), button);
}

export class FunctionPage {
  #key = null;

  constructor(history) {
    this.history = history;
    this.root = find("function");
    this.back = element("a", { class: "back", href: "#/" }, "← All functions");
    this.heading = element("h2", { tabindex: "-1" });
    this.about = element("p", { class: "about" });
    this.unwell = element("p", { class: "warning" });
    this.missing = element("p", { class: "empty" });
    this.tiles = element("ul", { class: "tiles" });
    this.body = element("div", { class: "columns" });
    this.basis = element("p", { class: "note basis" });
    this.root.append(this.back, this.heading, this.about, this.missing, this.unwell, this.tiles, this.basis, this.body);
    this.#durations();
    this.#ends();
    this.#promises();
    this.#traces();
    this.#flight();
    this.#labels();
  }

  #durations() {
    this.chart = histogram();
    this.marks = element("ul", { class: "marks", "aria-hidden": "true" });
    this.bounds = element("ol", { class: "bounds", "aria-hidden": "true" });
    this.buckets = table("Calls by duration", [["Up to", "figure"], ["Calls", "figure"], ["Share", "figure"]]);
    const details = element("details", {}, element("summary", {}, "As a table"), scroll("Calls by duration", this.buckets.whole));
    this.histogram = panel("How long calls take", element("div", { class: "plot" }, this.chart, this.marks), this.bounds, details);
    put(this.histogram.whole, "class", "panel wide");
    this.body.append(this.histogram.whole);
  }

  #ends() {
    this.outcomes = element("ul", { class: "bars" });
    this.errors = element("ul", { class: "bars" });
    this.errorsPart = element("div", { class: "part" }, element("h4", {}, "Error types"), this.errors);
    this.ends = panel("How calls end", this.outcomes, this.errorsPart);
    this.body.append(this.ends.whole);
  }

  #promises() {
    this.promises = panel("SLOs");
    this.slos = new Slos(this.promises.whole, this.promises.whole);
    this.body.append(this.promises.whole);
  }

  #traces() {
    this.exemplars = table("Traces of single calls", [["Trace"], ["Took", "figure"], ["Outcome"], ["When", "figure"]]);
    this.traces = panel("Traces", scroll("Traces of single calls", this.exemplars.whole));
    this.body.append(this.traces.whole);
  }

  #flight() {
    this.ages = element("ol", { class: "chips" });
    this.flight = panel("In flight", this.ages);
    this.body.append(this.flight.whole);
  }

  #labels() {
    const figures = ["Calls", "Errors", "p50", "p95", "p99", "In flight"].map((name) => [name, "figure"]);
    this.variants = table("Calls by label", [["Labels"], ...figures]);
    this.labels = panel("By label", scroll("Calls by label", this.variants.whole));
    put(this.labels.whole, "class", "panel wide");
    this.body.append(this.labels.whole);
  }

  /** Shows what is known of `key` from before, until an answer comes. */
  open(key, entry) {
    this.#key = key;
    const at = entry ? entry.module.length + 2 : key.lastIndexOf("::") + 2;
    this.heading.replaceChildren(element("span", { class: "module" }, key.slice(0, at)), element("wbr"), key.slice(at));
    this.about.replaceChildren();
    this.introduced = null;
    show(this.missing, false);
    for (const part of [this.tiles, this.basis, this.body]) show(part, Boolean(entry));
    show(this.unwell, false);
    if (entry) this.update({ function: entry });
    this.heading.focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  /** There is no such function, or nobody may see it. */
  close(why) {
    for (const part of [this.about, this.tiles, this.basis, this.body, this.unwell]) show(part, false);
    show(this.missing, true);
    write(this.missing, why);
  }

  update(status) {
    const entry = status.function;
    if (!entry || keyOf(entry) !== this.#key) return;
    for (const part of [this.about, this.tiles, this.basis, this.body]) show(part, true);
    show(this.missing, false);
    this.#introduce(entry);
    show(this.unwell, Boolean(entry.unwell) || !entry.on);
    write(this.unwell, entry.on ? entry.unwell ?? "" : "This function is switched off: its calls are not counted.");
    this.#tiles(entry);
    this.#fillHistogram(entry);
    this.#fillEnds(entry);
    const slos = entry.slos ?? [];
    this.slos.update(slos, status);
    this.#fillTraces(entry, status);
    this.#fillFlight(entry);
    this.#fillLabels(entry);
  }

  #introduce({ kind, crate, version, file, line }) {
    // A program that was built anew may have it elsewhere.
    const introduced = JSON.stringify([kind, crate, version, file, line]);
    if (this.introduced === introduced) return;
    this.introduced = introduced;
    this.about.replaceChildren(
      element("span", { class: `kind kind-${kind}` }, kind),
      element("span", {}, `${crate} ${version}`),
      copyable(`${file}:${line}`, "the place in the source"),
    );
  }

  #tiles(entry) {
    const figures = this.history.figures(entry, false);
    const series = this.history.of(this.#key);
    const when = figures.isMean ? "since the start" : this.history.basis(series);
    write(this.basis, figures.isMean ? "Rate, errors, busy and self are means since the start" : `Rate, errors, busy and self are ${when}`);
    const times = entry.duration_seconds;
    const tiles = [
      ["Rate", figures.done ? rate(figures.rate) : NONE, `${plural(figures.calls, "call")} in all`, `${figures.rate} per second, ${when}`, series.rates(1)],
      ["Errors", percent(figures.errorRatio), `${count(figures.errors)} in all`, `${figures.bad} of ${figures.judged} that were not cancelled, ${when}`, series.rates(2)],
      ...QUANTILES.map((name) => [name, duration(times[name]), name === "p50" ? `mean ${duration(times.mean)}` : "since the start", `${times[name]} s`]),
      ["In flight", count(entry.in_flight), "now", String(entry.in_flight)],
      ["Busy", percent(figures.busy), `${duration(entry.busy_seconds)} in all`, `${BUSY}: ${figures.busy} s per second, ${entry.busy_seconds} s in all`, series.rates(3)],
      ["Self", percent(figures.own), `${duration(entry.self_seconds)} in all`, `${BUSY}, callees left out: ${figures.own} s per second, ${entry.self_seconds} s in all`, series.rates(4)],
    ];
    keep(this.tiles, tiles, ([label]) => label, tile, (item, [label, text, note, title, points]) => {
      const [, figure, below] = item.children;
      write(figure, text, title);
      write(below, note);
      put(item, "class", label === "Errors" && figures.bad ? "bad" : null);
      if (points) sketch(item.spark, points, this.history.now);
    });
  }

  #fillHistogram(entry) {
    const all = entry.exponential_histogram ?? [];
    show(this.histogram.whole, all.length > 0);
    if (all.length === 0) return;
    // Functions of one SLO may each promise another time.
    const promises = entry.slos?.flatMap(({ functions }) => functions) ?? [];
    const threshold = promises.find((each) => each.latency_threshold_seconds && keyOf(each) === this.#key)?.latency_threshold_seconds;
    const shown = columnsOf(all, threshold);
    const calls = shown.reduce((sum, { count }) => sum + count, 0);
    const times = entry.duration_seconds;
    const words = QUANTILES.map((name) => `${name} ${duration(times[name])}`).join(", ");
    write(this.histogram.note, `${plural(calls, "call")} since the start; each column reaches ${percent(shown.at(-1).le / shown.at(-1).gt - 1)} further`);
    columns(this.chart, shown.map(({ count }) => count), `Histogram of ${plural(calls, "call")}: ${words}`);
    const bound = ({ le }) => duration(le);
    const width = this.bounds.clientWidth || 480;
    const every = Math.ceil(shown.length / Math.max(1, Math.floor(width / BOUND)));
    vary(this.bounds, "--buckets", String(shown.length));
    keep(this.bounds, shown, (_, index) => index, () => element("li"), (item, bucket, index) =>
      write(item, (shown.length - 1 - index) % every ? "" : bound(bucket)));
    const marks = [...QUANTILES.map((name) => [name, times[name]]), ["SLO", threshold]]
      .filter(([, value]) => typeof value === "number")
      .map(([name, value]) => [name, placeOf(value, shown) / shown.length, value])
      .sort(([, left], [, right]) => left - right);
    const ends = [];
    keep(this.marks, marks, ([name]) => name, ([name]) => element("li", { class: `mark-${name.toLowerCase()}` }), (item, [name, at, value]) => {
      // What is promised may be far from what is: then it is at the edge, and points there.
      write(item, value < shown[0].gt ? `‹ ${name}` : value > shown.at(-1).le * 1.000001 ? `${name} ›` : name, duration(value));
      // Below every name that its line would cut.
      const level = ends.findLastIndex((end) => end > at * width) + 1;
      ends[level] = at * width + MARK;
      vary(item, "--at", `${(at * 100).toFixed(2)}%`);
      vary(item, "--level", String(level));
    });
    vary(this.chart.parentNode, "--levels", String(ends.length));
    tabulate(this.buckets, shown.map((bucket) => [[bound(bucket), `${bucket.gt} s to ${bucket.le} s`], [count(bucket.count), grouped(bucket.count)], percent(bucket.count / calls)]));
  }

  #fillEnds(entry) {
    const calls = total(entry.calls);
    write(this.ends.note, plural(calls, "call"));
    const bar = (name, kind) => element("li", { class: kind }, element("span", { class: "what" }, name), element("span", { class: "how-much" }));
    const fill = (item, number, all) => {
      write(item.lastChild, number ? `${count(number)} · ${percent(number / all)}` : "0", grouped(number));
      vary(item, "--share", `${all ? ((number / all) * 100).toFixed(1) : 0}%`);
    };
    keep(this.outcomes, OUTCOMES, (name) => name, (name) => bar(name, `is-${name}`), (item, name) => fill(item, entry.calls[name], calls));
    const errors = Object.entries(entry.errors).sort(([, left], [, right]) => right - left);
    const all = errors.reduce((sum, [, number]) => sum + number, 0);
    show(this.errorsPart, errors.length > 0);
    keep(this.errors, errors, ([type]) => type, ([type]) => bar(type, "is-error"), (item, [, number]) => fill(item, number, all));
  }

  #fillTraces(entry, status) {
    const exemplars = [...(entry.exemplars ?? [])].sort((left, right) => right.unix_seconds - left.unix_seconds);
    show(this.traces.whole, exemplars.length > 0);
    write(this.traces.note, "the last sampled call of each duration");
    const now = nowOf(status);
    keep(
      this.exemplars.body,
      exemplars,
      ({ trace_id: trace, span_id: id }) => trace + id,
      ({ trace_id: trace }) => element("tr", {}, element("th", { scope: "row" }, copyable(trace, `the trace id ${trace}`)), ...["figure", "", "figure"].map((kind) => element("td", { class: kind }))),
      (line, { seconds, outcome, unix_seconds: at, span_id: id }) => {
        const [trace, took, end, when] = line.children;
        put(trace, "title", `span ${id}`);
        write(took, duration(seconds), `${seconds} s`);
        write(end, outcome);
        write(when, `${span(now - at)} ago`, moment(at));
      },
    );
  }

  #fillFlight({ calls_in_flight: flight }) {
    show(this.flight.whole, Boolean(flight));
    if (!flight) return;
    write(this.flight.note, `${plural(flight.calls, "call")}, deadline ${duration(flight.deadline_seconds)}${flight.overdue ? `, ${flight.overdue} overdue` : ""}`);
    keep(this.ages, flight.oldest, (_, index) => index, () => element("li"), (item, { age_seconds: age, overdue }) => {
      write(item, `${span(age)}${overdue ? " overdue" : ""}`, `${age} s`);
      put(item, "class", overdue ? "bad" : null);
    });
  }

  #fillLabels({ by_labels: variants = [] }) {
    show(this.labels.whole, variants.length > 0);
    const text = ({ labels }) => Object.entries(labels).map(([name, value]) => `${name}=${value}`).join(", ");
    tabulate(this.variants, variants.map((row) => {
      const calls = total(row.calls);
      const [bad, ended] = [failed(row.calls), judged(row.calls)];
      return [text(row), [count(calls), grouped(calls)], [ended ? percent(bad / ended) : NONE, `${grouped(bad)} of ${grouped(ended)} that were not cancelled`],
        ...QUANTILES.map((name) => [duration(row.duration_seconds[name]), `${row.duration_seconds[name]} s`]), count(row.in_flight)];
    }), (_, index) => index);
  }
}

function tile([label, , , , points]) {
  const parts = [element("span", { class: "label" }, label), element("span", { class: "figure" }), element("span", { class: "note" })];
  const item = element("li", {}, ...parts);
  if (points) {
    item.spark = sparkline(120, 24);
    item.append(item.spark.svg);
  }
  return item;
}
