// The table of functions: sorted, filtered, and smooth with a thousand of them. Rows in sight are brought up to date with
// each answer, the others in turns; rows move only while nobody points at them.

import { element, find, functionLink, order, put, show, vary, write } from "./dom.js";
import { sketch, sparkline } from "./draw.js";
import { NONE, count, duration, grouped, percent, plural, rate } from "./format.js";
import { keyOf } from "./history.js";

/** Milliseconds between two orders of the table that nobody asked for. */
const SETTLED = 5_000;
/** Whoever points at a row and has not moved for so long does not read it any more. */
const LOOKED = 60_000;
/** Rows out of sight are written once in so many answers. */
const TURNS = 5;

const seconds = (row, quantile) => row.entry.duration_seconds[quantile];

/** Heading, how it sorts, what a cell holds, and what the heading means. */
const COLUMNS = [
  { key: "function", label: "Function", by: (row) => row.key, rising: true },
  { key: "kind", label: "Kind", by: (row) => row.entry.kind, rising: true },
  { key: "calls", label: "Calls", by: (row) => row.figures.calls, means: "Finished calls since the program started" },
  { key: "rate", label: "Rate", by: (row) => row.figures.rate, means: "Finished calls per second" },
  { key: "trend", label: "Trend", means: "Calls per second over what this page has seen of the last minute; those that failed are red" },
  { key: "errors", label: "Errors", by: (row) => row.figures.errorRatio, means: "Errors and panics, as a share of the calls that were not cancelled" },
  { key: "p50", label: "p50", over: "since start", by: (row) => seconds(row, "p50"), means: "Half of all calls since the start took at most so long" },
  { key: "p95", label: "p95", over: "since start", by: (row) => seconds(row, "p95"), means: "95 % of all calls since the start took at most so long" },
  { key: "p99", label: "p99", over: "since start", by: (row) => seconds(row, "p99"), means: "99 % of all calls since the start took at most so long" },
  { key: "flight", label: "In flight", by: (row) => row.entry.in_flight, means: "Calls that have begun and not ended" },
  { key: "busy", label: "Busy", by: (row) => row.figures.busy, means: "Time on a thread, waiting and blocking included, callees too; 100 % is one thread all the time" },
  { key: "self", label: "Self", by: (row) => row.figures.own, means: "The same without callees; the bar is the share of all self time" },
];

const ONLY = {
  failing: { label: "Failing", test: (row) => row.figures.bad > 0 || Boolean(row.entry.unwell) },
  active: { label: "Active", test: (row) => row.entry.in_flight > 0 || row.figures.done > 0 },
  never: { label: "Never called", test: (row) => row.figures.calls === 0 && row.entry.in_flight === 0 },
};

export class FunctionsTable {
  #rows = new Map();
  #sight = new Set();
  #sort = { column: COLUMNS.find(({ key }) => key === "busy"), rising: false };
  #only = null;
  #wholeTime = false;
  #ordered = 0;
  #touched = 0;
  #turn = 0;

  constructor(history) {
    this.history = history;
    this.scroll = find("functions-scroll");
    this.filter = find("filter");
    this.#head();
    this.#tools();
    for (const event of ["pointermove", "wheel", "keydown", "focusin"]) {
      this.scroll.addEventListener(event, () => (this.#touched = performance.now()), { passive: true });
    }
    this.watcher = new IntersectionObserver((seen) => this.#seen(seen), {
      root: this.scroll,
      rootMargin: "300px 0px",
    });
  }

  #head() {
    this.headings = COLUMNS.map((column) => {
      // Above its name, so that the arrow of the order stays beside that.
      const over = column.over ? [element("small", {}, column.over), " "] : [];
      const label = column.by
        ? element("button", { type: "button", title: column.means }, ...over, column.label)
        : element("span", { title: column.means }, column.label);
      const heading = element("th", { scope: "col", class: `c-${column.key}` }, label);
      label.addEventListener("click", () => column.by && this.#sortBy(column));
      return heading;
    });
    this.body = element("tbody");
    const caption = element("caption", { class: "unseen" }, "Observed functions; the headings sort");
    const head = element("thead", {}, element("tr", {}, ...this.headings));
    this.empty = element("p", { class: "empty", hidden: true }, "No function is like that.");
    this.scroll.append(element("table", { class: "functions" }, caption, head, this.body), this.empty);
    this.#markSort();
  }

  #tools() {
    this.filter.addEventListener("input", () => this.#arrangeAsked());
    this.only = Object.entries(ONLY).map(([key, { label }]) => {
      const number = element("span", { class: "number" });
      const button = element("button", { type: "button", "aria-pressed": "false" }, `${label} `, number);
      button.addEventListener("click", () => {
        this.#only = this.#only === key ? null : key;
        for (const each of this.only) put(each.button, "aria-pressed", String(each.key === this.#only));
        this.#arrangeAsked();
      });
      return { key, button, number };
    });
    find("only").append(...this.only.map(({ button }) => button));
    const spans = ["Last minute", "Since start"].map((label, index) => {
      const button = element("button", { type: "button", "aria-pressed": String(index === 0), title: index ? null : "What this page has seen of it; until that is enough, means since the start" }, label);
      button.addEventListener("click", () => {
        this.#wholeTime = index === 1;
        spans.forEach((each, other) => put(each, "aria-pressed", String(other === index)));
        this.#refresh();
      });
      return button;
    });
    find("span").append(...spans);
  }

  #sortBy(column) {
    const rising = this.#sort.column === column ? !this.#sort.rising : Boolean(column.rising);
    this.#sort = { column, rising };
    this.#markSort();
    this.#arrange();
  }

  #markSort() {
    const { column, rising } = this.#sort;
    const order = rising ? "ascending" : "descending";
    COLUMNS.forEach((each, index) => put(this.headings[index], "aria-sort", each === column ? order : null));
  }

  /** Takes an answer. */
  update(entries) {
    const there = new Set();
    let isNew = false;
    for (const entry of entries) {
      const key = keyOf(entry);
      there.add(key);
      const row = this.#rows.get(key);
      if (row) row.entry = entry;
      else {
        isNew = true;
        this.#rows.set(key, this.#row(key, entry));
      }
    }
    for (const [key, row] of this.#rows) if (!there.has(key)) this.#remove(key, row);
    this.#refresh(isNew);
  }

  #remove(key, row) {
    this.watcher.unobserve(row.line);
    this.#sight.delete(row);
    row.line.remove();
    this.#rows.delete(key);
  }

  #row(key, entry) {
    const cells = COLUMNS.map(({ key }, index) => element(index === 0 ? "th" : "td", { class: `c-${key}` }));
    put(cells[0], "scope", "row");
    cells[0].append(functionLink(key, entry.module.length + 2));
    cells[1].append(element("span", { class: `kind kind-${entry.kind}` }, entry.kind));
    const spark = sparkline(96, 20);
    cells[4].append(spark.svg);
    const line = element("tr", {}, ...cells);
    const row = { key, text: `${key} ${entry.kind}`.toLowerCase(), entry, figures: null, cells, spark, line };
    line.observed = row;
    this.watcher.observe(line);
    return row;
  }

  #refresh(isNew = true) {
    let own = 0;
    const numbers = { failing: 0, active: 0, never: 0 };
    for (const row of this.#rows.values()) {
      row.figures = this.history.figures(row.entry, this.#wholeTime);
      own += row.figures.own;
      for (const key in ONLY) numbers[key] += ONLY[key].test(row) ? 1 : 0;
    }
    this.own = own;
    for (const { key, number } of this.only) write(number, String(numbers[key]));
    // Headings are none: whoever has sorted goes on seeing the order.
    const isStill = this.body.matches(":hover, :has(:focus-visible)") && performance.now() - this.#touched < LOOKED;
    if (isNew || (!isStill && performance.now() - this.#ordered > SETTLED)) this.#arrange();
    this.#turn = (this.#turn + 1) % TURNS;
    let index = 0;
    for (const row of this.#rows.values()) {
      if (isNew || this.#sight.has(row) || index % TURNS === this.#turn) this.#write(row);
      index += 1;
    }
    const basis = this.#wholeTime ? "since the start" : this.history.basis();
    const isMean = basis === "since the start";
    write(find("functions-note"), isMean ? "Means since the program started; p50 to p99 likewise" : `Rates ${basis}; p50 to p99 since the start`);
  }

  /** The same for somebody who asked for it, and may not see what came of it. */
  #arrangeAsked() {
    this.#arrange();
    write(find("functions-said"), find("functions-count").textContent);
  }

  /** Filters, and orders what is left. */
  #arrange() {
    this.#ordered = performance.now();
    const words = this.filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const only = this.#only ? ONLY[this.#only].test : () => true;
    const { column, rising } = this.#sort;
    const values = new Map();
    const rows = [...this.#rows.values()];
    let shown = 0;
    for (const row of rows) {
      const isShown = only(row) && words.every((word) => row.text.includes(word));
      shown += isShown ? 1 : 0;
      show(row.line, isShown);
      values.set(row, column.by(row));
    }
    rows.sort((left, right) => compare(values.get(left), values.get(right), rising) || compare(left.key, right.key, true));
    order(this.body, rows.map(({ line }) => line));
    show(this.empty, shown === 0);
    const all = rows.length;
    write(find("functions-count"), shown === all ? plural(all, "function") : `${grouped(shown)} of ${plural(all, "function")}`);
  }

  #seen(changes) {
    for (const { target, isIntersecting } of changes) {
      if (!isIntersecting) this.#sight.delete(target.observed);
      else if (!this.#sight.has(target.observed)) {
        this.#sight.add(target.observed);
        if (target.observed.figures) this.#write(target.observed);
      }
    }
  }

  #write(row) {
    const { entry, figures, cells } = row;
    const [name, , calls, speed, , errors, p50, p95, p99, flight, busy, own] = cells;
    const { calls: outcomes } = entry;
    write(calls, count(figures.calls), `${grouped(outcomes.ok)} ok, ${grouped(outcomes.error)} errors, ${grouped(outcomes.panic)} panics, ${grouped(outcomes.cancelled)} cancelled`);
    const isIdle = figures.done === 0;
    write(speed, isIdle ? NONE : rate(figures.rate), isIdle ? "no call" : `${figures.rate} per second${figures.isMean ? ", on average since the start" : ""}`);
    write(errors, percent(figures.errorRatio), figures.done ? `${grouped(figures.bad)} of ${grouped(figures.judged)} that were not cancelled; ${grouped(figures.errors)} since the start` : "no call");
    put(errors, "class", figures.bad > 0 ? "c-errors bad" : "c-errors");
    for (const [cell, quantile] of [[p50, "p50"], [p95, "p95"], [p99, "p99"]]) {
      const value = entry.duration_seconds[quantile];
      write(cell, duration(value), value === null ? "no call" : `${value} s`);
    }
    write(flight, entry.in_flight ? count(entry.in_flight) : NONE, `${grouped(entry.in_flight)} in flight`);
    put(flight, "class", entry.in_flight ? "c-flight live" : "c-flight");
    write(busy, figures.busy ? percent(figures.busy) : NONE, `${figures.busy} s per second; ${entry.busy_seconds} s since the start`);
    const share = this.own > 0 ? figures.own / this.own : 0;
    write(own, figures.own ? percent(figures.own) : NONE, `${figures.own} s per second, ${percent(share)} of all self time; ${entry.self_seconds} s since the start`);
    // What would be a hair is none.
    vary(own, "--share", `${share < 0.02 ? 0 : (share * 100).toFixed(1)}%`);
    put(row.line, "class", rowClass(row));
    put(name, "title", entry.on ? entry.unwell ?? null : "switched off");
    if (this.#sight.has(row)) {
      const series = this.history.of(row.key);
      sketch(row.spark, series.rates(1), this.history.now, series.rates(2));
    }
  }
}

function rowClass({ entry, figures }) {
  if (!entry.on) return "off";
  if (figures.bad > 0 || entry.unwell) return "failing";
  return figures.calls === 0 && entry.in_flight === 0 ? "never" : null;
}

/** Texts by their letters, numbers by size; what has no figure comes last either way. */
function compare(left, right, rising) {
  const isMissing = (value) => value === null || value === undefined;
  if (isMissing(left) || isMissing(right)) return isMissing(left) - isMissing(right);
  const order = left < right ? -1 : left > right ? 1 : 0;
  return rising ? order : -order;
}
