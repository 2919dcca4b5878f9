// At a glance: what is slow, what fails, what costs. Enough for five seconds.

import { element, find, functionLink, keep, put, show, vary, write } from "./dom.js";
import { NONE, count, dollars, duration, grouped, percent, plural } from "./format.js";
import { keyOf } from "./history.js";

const ROWS = 3;

export class Cards {
  constructor() {
    this.slow = card("What is slow", ["Slowest, p95", "Running most, self"]);
    this.fails = card("What fails", ["Checks", "Functions"]);
    this.costs = card("What costs", ["By agent and model"]);
    this.costs.whole.hidden = true;
    find("glance").append(this.slow.whole, this.fails.whole, this.costs.whole);
  }

  update(status, history) {
    const rows = status.functions.map((entry) => ({
      key: keyOf(entry),
      module: entry.module,
      entry,
      p95: entry.duration_seconds.p95 ?? 0,
      recent: history.figures(entry, false),
    }));
    this.#slow(rows);
    this.#fails(rows, status);
    this.#costs(status.spend);
  }

  #slow(rows) {
    const { figure, caption, lists } = this.slow;
    const slowest = top(rows, (row) => row.p95);
    const first = slowest[0];
    write(figure, first ? duration(first.p95) : NONE);
    write(caption, first ? `p95 of ${first.entry.function}` : "Nothing was called yet.");
    const most = first?.p95 || 1;
    list(lists[0], slowest, (row) => [duration(row.p95), `${row.p95} s; p99 ${duration(row.entry.duration_seconds.p99)}`, row.p95 / most]);
    const own = (row) => row.recent.own;
    const all = rows.reduce((sum, row) => sum + own(row), 0);
    list(lists[1], top(rows, own), (row) => [percent(own(row) / all), `${own(row)} s per second`, own(row) / all]);
  }

  #fails(rows, status) {
    const { figure, caption, lists, whole } = this.fails;
    const checks = (status.health.checks ?? []).filter((check) => check.status === "fail" || check.status === "degraded");
    const { ok, error, panic, cancelled } = status.totals.calls;
    const [bad, all] = [error + panic, ok + error + panic + cancelled];
    write(figure, all ? percent(bad / all) : NONE, `${grouped(bad)} of ${grouped(all)}`);
    const down = checks.length ? `, ${plural(checks.length, "check is", "checks are")} not well` : "";
    write(caption, bad ? `${plural(bad, "call")} of ${count(all)} failed${down}` : checks.length ? `No call failed${down}` : "No call failed, and no check does.");
    put(whole, "class", bad || checks.length ? "card failing" : "card");
    list(lists[0], checks.slice(0, ROWS).map((check) => ({ key: check.name, check })), ({ check }) => [
      check.status,
      check.reason ?? "",
      0,
    ]);
    // What fails now comes before what failed some time ago.
    const failing = top(rows, (row) => row.recent.errors && row.recent.errors + (row.recent.isMean ? 0 : row.recent.bad * 1e6));
    const most = Math.max(1, ...failing.map((row) => row.recent.errors));
    list(lists[1], failing, (row) => {
      const [type] = Object.entries(row.entry.errors).sort(([, left], [, right]) => right - left)[0] ?? [];
      const { errors, calls } = row.recent;
      return [`${count(errors)} · ${percent(errors / calls)}`, type ? `mostly ${type}` : "panics", errors / most];
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
    const rows = spend.rows.map((row) => ({ key: `${row.agent || "no agent"} · ${row.model}`, row }));
    const most = Math.max(1e-15, ...spend.rows.map(size));
    list(lists[0], top(rows, ({ row }) => size(row), 2 * ROWS), ({ row }) => [
      row.cost_usd ? dollars(row.cost_usd) : plural(row.input_tokens + row.output_tokens, "token"),
      `${grouped(row.input_tokens)} tokens in, ${grouped(row.output_tokens)} out`,
      size(row) / most,
    ]);
  }
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
    const whole = element("div", { class: "part", hidden: true }, element("h3", {}, part), items);
    return { whole, items };
  });
  const head = element("div", { class: "lead" }, figure, caption);
  const whole = element("article", { class: "card" }, element("h2", {}, title), head,
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
    ({ key, module }) => {
      const name = module === undefined ? element("span", { class: "what", title: key }, key) : functionLink(key, module.length + 2);
      return element("li", {}, name, element("span", { class: "how-much" }));
    },
    (item, row) => {
      const [text, title, share] = figuresOf(row);
      write(item.lastChild, text, title);
      vary(item, "--share", `${(share * 100).toFixed(1)}%`);
    },
  );
}
