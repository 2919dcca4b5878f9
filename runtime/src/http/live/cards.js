// At a glance: what is slow, what fails, what costs. Enough for five seconds.

import { element, find, functionLink, keep, put, show, vary, write } from "./dom.js";
import { NONE, count, dollars, duration, grouped, percent, plural, rate, span } from "./format.js";
import { failed, judged, keyOf } from "./history.js";
import { modelOf, spentBy } from "./runs.js";

const ROWS = 3;
/** Seconds after which a call that goes on is worth a line. */
const LONG = 1;

/** Keeps what stands below from moving as lists grow shorter: as long as it is as wide, `node` stays as tall as it was. */
function steady(node) {
  let [width, tallest] = [0, 0];
  const reach = (height) => {
    if (height <= tallest) return;
    tallest = height;
    vary(node, "--tallest", `${height}px`);
  };
  new ResizeObserver(([entry]) => {
    const { inlineSize, blockSize } = entry.borderBoxSize[0];
    if (inlineSize === width) return reach(blockSize);
    width = inlineSize;
    // Not now: it would be observed once more before it is drawn.
    requestAnimationFrame(() => {
      vary(node, "--tallest", "0");
      tallest = 0;
      reach(node.getBoundingClientRect().height);
    });
  }).observe(node);
}

export class Cards {
  constructor() {
    this.slow = card("What is slow", ["Slowest, p95 since the start", "Running most, share of self time", "Longest in flight, of those with a deadline"]);
    this.fails = card("What fails", ["Checks", "Functions, by failures"]);
    this.costs = card("What costs", ["By agent and model"]);
    this.costs.whole.hidden = true;
    const glance = find("glance");
    glance.append(this.slow.whole, this.fails.whole, this.costs.whole);
    steady(glance);
  }

  update(status, history) {
    const rows = status.functions.map((entry) => {
      const seen = history.figures(entry, false, 0);
      return {
        key: keyOf(entry),
        module: entry.module,
        entry,
        p95: entry.duration_seconds.p95 ?? 0,
        recent: history.figures(entry, false),
        // Failures per second, of those that this page has seen.
        now: seen.isMean ? 0 : seen.badRate,
      };
    });
    this.#slow(rows, history.basis());
    this.#fails(rows, status);
    this.#costs(status.spend);
  }

  #slow(rows, basis) {
    const { figure, caption, lists } = this.slow;
    const slowest = top(rows, (row) => row.p95);
    const first = slowest[0];
    write(figure, first ? duration(first.p95) : NONE);
    write(caption, first ? `p95 of ${first.entry.function} since the start` : "Nothing was called yet.");
    const most = first?.p95 || 1;
    list(lists[0], slowest, (row) => [duration(row.p95), `${row.p95} s; p99 ${duration(row.entry.duration_seconds.p99)}`, row.p95 / most]);
    const own = (row) => row.recent.own;
    const all = rows.reduce((sum, row) => sum + own(row), 0);
    write(lists[1].heading, `Running most, share of self time ${basis.replace(/,.*/, "")}`);
    list(lists[1], top(rows, own), (row) => [percent(own(row) / all), `${own(row)} s per second`, own(row) / all]);
    this.#hanging(rows);
  }

  /** Calls that hang are in no quantile: as long as they do, they are known by their age. */
  #hanging(rows) {
    const ageOf = ({ entry }) => entry.calls_in_flight?.oldest[0]?.age_seconds ?? 0;
    const hanging = top(rows.filter((row) => ageOf(row) >= LONG), ageOf);
    const most = hanging[0] ? ageOf(hanging[0]) : 1;
    list(this.slow.lists[2], hanging, (row) => {
      const { calls, overdue, deadline_seconds: deadline } = row.entry.calls_in_flight;
      const late = overdue ? `, ${grouped(overdue)} overdue` : "";
      return [span(ageOf(row)), `the oldest of ${plural(calls, "call")} in flight${late}; deadline ${duration(deadline)}`, ageOf(row) / most, overdue ? "bad" : ""];
    });
  }

  #fails(rows, status) {
    const { figure, caption, lists, whole } = this.fails;
    const checks = (status.health.checks ?? []).filter(({ status }) => status in BAD).sort(worstFirst);
    const { calls } = status.totals;
    const [bad, all, cancelled] = [failed(calls), judged(calls), calls.cancelled];
    const perSecond = rows.reduce((sum, row) => sum + row.now, 0);
    const firing = (status.slos ?? []).flatMap(({ alerts }) => alerts).filter(({ firing }) => firing).length;
    const number = (kind) => checks.filter(({ status }) => status === kind).length;
    const now = [
      number("fail") && `${plural(number("fail"), "check fails", "checks fail")}`,
      number("degraded") && `${number("degraded")} degraded`,
      perSecond && `${rate(perSecond).replace("/", " calls/")} fail`,
      firing && plural(firing, "SLO alert"),
    ].filter(Boolean);
    write(figure, now.join(" · ") || "Nothing now", "failing checks now, and calls over what this page has seen");
    write(caption, bad ? `${percent(bad / all)} of ${plural(all, "call")} failed since the start` : all ? `None of ${plural(all, "call")} failed since the start` : cancelled ? "No call ended but those that were cancelled." : "Nothing was called yet.", `${grouped(bad)} of ${grouped(all)}, and ${grouped(cancelled)} cancelled`);
    put(whole, "class", now.length ? "card failing" : "card");
    list(lists[0], checks.slice(0, ROWS).map((check) => ({ key: check.name, check })), ({ check }) => [check.status, check.reason ?? "", 0, BAD[check.status]]);
    // What fails now comes before what failed some time ago, and each says by what it stands there.
    const failing = [...top(rows, (row) => row.now)];
    failing.push(...top(rows.filter((row) => row.now === 0), (row) => row.recent.errors).slice(0, ROWS - failing.length));
    const most = failing[0]?.now || 1;
    list(lists[1], failing, (row) => {
      const [type] = Object.entries(row.entry.errors).sort(([, left], [, right]) => right - left)[0] ?? [];
      const { errors } = row.recent;
      const ended = judged(row.entry.calls);
      const text = row.now ? rate(row.now) : `${count(errors)} since the start`;
      return [text, `${type ? `mostly ${type}` : "panics"}; since the start ${grouped(errors)} of ${grouped(ended)} that were not cancelled, ${percent(errors / ended)}`, row.now / most, row.now ? "bad" : ""];
    });
  }

  #costs(spend) {
    const { figure, caption, lists, whole } = this.costs;
    const isSpending = Boolean(spend && (spend.cost_usd || spend.input_tokens || spend.output_tokens));
    show(whole, isSpending);
    if (!isSpending) return;
    write(figure, dollars(spend.cost_usd), `${spend.cost_usd} USD`);
    write(caption, `${count(spend.input_tokens)} tokens in, ${count(spend.output_tokens)} out since the start`);
    const size = (row) => row.cost_usd || (row.input_tokens + row.output_tokens) * 1e-12;
    const rows = spend.rows.map((row) => ({ key: spentBy(row), name: `${row.agent || "no agent"} · ${modelOf(row, spend.rows)}`, row }));
    const most = Math.max(1e-15, ...spend.rows.map(size));
    list(lists[0], top(rows, ({ row }) => size(row), 2 * ROWS), ({ row }) => [
      row.cost_usd ? dollars(row.cost_usd) : plural(row.input_tokens + row.output_tokens, "token"),
      `${grouped(row.input_tokens)} tokens in, ${grouped(row.output_tokens)} out`,
      size(row) / most,
    ]);
  }
}

/** What is not well, and its colour. */
const BAD = { fail: "bad", degraded: "warning" };

/** Failing before degraded; what a program depends on before verdicts on its functions, which follow from it. */
function worstFirst(left, right) {
  const isFunction = ({ tags = [] }) => tags.includes("function");
  return isFunction(left) - isFunction(right) || (right.status === "fail") - (left.status === "fail") || (left.name < right.name ? -1 : 1);
}

/** The largest of `rows`, of those that are anything at all. */
function top(rows, size, most = ROWS) {
  return rows
    .filter((row) => size(row) > 0)
    .sort((left, right) => size(right) - size(left) || (left.key < right.key ? -1 : 1))
    .slice(0, most);
}

function card(title, parts) {
  const figure = element("p", { class: "figure" });
  const caption = element("p", { class: "caption" });
  const lists = parts.map((part) => {
    const items = element("ol", {});
    const heading = element("h3", {}, part);
    const whole = element("div", { class: "part", hidden: true }, heading, items);
    return { whole, heading, items };
  });
  const head = element("div", { class: "lead" }, figure, caption);
  const whole = element("article", { class: "card", "aria-label": title }, element("h2", {}, title), head,
    element("div", { class: "parts" }, ...lists.map((each) => each.whole)));
  return { whole, figure, caption, lists };
}

/** A line for each of `rows`: what it is, a figure, and how much of the largest that is. */
function list({ whole, items }, rows, figuresOf) {
  show(whole, rows.length > 0);
  keep(
    items,
    rows,
    ({ key }) => key,
    ({ key, name: called = key, module }) => {
      const name = module === undefined ? element("span", { class: "what", title: called }, called) : functionLink(key, module.length + 2);
      return element("li", {}, name, element("span", { class: "how-much" }));
    },
    (item, row) => {
      const [text, title, share, kind] = figuresOf(row);
      put(item.lastChild, "class", kind ? `how-much ${kind}` : "how-much");
      write(item.lastChild, text, title);
      vary(item, "--share", `${(share * 100).toFixed(1)}%`);
    },
  );
}
