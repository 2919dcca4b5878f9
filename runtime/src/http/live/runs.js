// Agents, workflows and tasks under way, how the last ones failed, and what models cost.

import { element, find, keep, put, show, table, tabulate, vary, write } from "./dom.js";
import { NONE, count, dollars, duration, grouped, moment, percent, plural, span } from "./format.js";
import { nowOf } from "./health.js";

/** What one row of spend is of, as a key. */
export const spentBy = ({ agent, model, provider }) => JSON.stringify([agent, model, provider]);

/** A model, with its provider where several have one of this name. */
export function modelOf({ model, provider }, rows) {
  const isOne = rows.every((row) => row.model !== model || row.provider === provider);
  return isOne && model ? model : [model, provider].filter(Boolean).join(" · ");
}

const RUN_KINDS = new Set(["agent", "workflow", "task"]);
const FAILURES = 6;
/** Rows of runs for which there is room, once there were as many. */
const ROWS = 6;
/** Seconds without a run after which that room is given up. */
const LULL = 3;

export class Runs {
  most = 0;
  worked = -Infinity;

  constructor() {
    this.live = table("Runs under way", [
      ["What"],
      ["Task"],
      ["Age", "figure"],
      ["Tokens", "figure", "in / out, so far"],
      ["Cost", "figure", "so far"],
      ["Calls", "figure", "of models and of tools, so far"],
    ]);
    this.scroll = region("Runs under way", this.live.whole);
    put(this.scroll, "class", "scroll live");
    this.none = element("p", { class: "empty" }, "Nobody is at work right now.");
    this.types = element("ul", { class: "chips" });
    this.last = element("ol", { class: "events" });
    this.failures = element("div", { class: "part" }, element("h3", {}, "Last failures"), this.types, this.last);
    find("runs-body").append(this.none, this.scroll, this.failures);
  }

  update(status) {
    const { live, failures, unlisted_total: unlisted } = status.runs;
    const isAgents = status.functions.some(({ kind }) => RUN_KINDS.has(kind));
    show(find("runs"), isAgents || live.length > 0 || failures.last.length > 0);
    write(find("runs-note"), `${plural(live.length, "run")} under way${unlisted ? `, ${grouped(unlisted)} were not listed` : ""}`);
    // What was needed once stays, so that nothing below it jumps up and down.
    this.most = Math.max(this.most, Math.min(live.length, ROWS));
    vary(this.scroll, "--rows", String(this.most));
    if (live.length > 0) this.worked = status.uptime_seconds;
    else if (Math.abs(status.uptime_seconds - this.worked) > LULL) this.most = 0;
    show(this.scroll, this.most > 0);
    show(this.none, live.length === 0);
    const seen = new Map();
    tabulate(this.live, live.map(row), (_, index) => {
      const { kind, name, task } = live[index];
      const key = JSON.stringify([kind, name, task]);
      seen.set(key, (seen.get(key) ?? 0) + 1);
      return `${key} ${seen.get(key)}`;
    });
    show(this.failures, failures.last.length > 0);
    const types = Object.entries(failures.by_type).sort(([, left], [, right]) => right - left);
    keep(this.types, types, ([type]) => type, () => element("li"), (item, [type, number]) => write(item, `${type} ${count(number)}`));
    const now = nowOf(status);
    // The latest first, whichever way they come.
    const last = [...failures.last].sort((left, right) => right.unix_seconds - left.unix_seconds).slice(0, FAILURES);
    keep(
      this.last,
      last,
      ({ kind, name, error_type: type, unix_seconds: at }) => JSON.stringify([kind, name, type, at]),
      ({ kind, name, error_type: type }) => element("li", {}, tag(kind), element("span", { class: "what" }, name), element("span", { class: "bad" }, type), element("span", { class: "when" })),
      (item, { unix_seconds: at }) => write(item.lastChild, `${span(now - at)} ago`, moment(at)),
    );
  }
}

const tag = (kind) => element("span", { class: `kind kind-${kind}` }, kind);

function row({ kind, name, task, step, age_seconds: age, so_far: sums }) {
  return [
    element("span", { class: "run", title: name }, tag(kind), " ", name),
    Array(2).fill([task, step].filter(Boolean).join(" · ") || NONE),
    [span(age), `${age} s`],
    [`${count(sums.input_tokens)} / ${count(sums.output_tokens)}`, `${grouped(sums.input_tokens)} in, ${grouped(sums.output_tokens)} out, ${grouped(sums.cached_tokens)} cached`],
    [sums.cost_usd ? dollars(sums.cost_usd) : NONE, `${sums.cost_usd} USD`],
    [`${count(sums.llm_calls)} llm · ${plural(sums.tool_calls, "tool")}`, `${grouped(sums.llm_calls)} of models, ${grouped(sums.tool_calls)} of tools, ${grouped(sums.retries)} retries`],
  ];
}

const region = (label, content) => element("div", { class: "scroll", role: "region", "aria-label": label, tabindex: "0" }, content);

export class Spend {
  constructor() {
    this.rows = table("What models cost", [
      ["Agent"],
      ["Model"],
      ["Tokens in", "figure"],
      ["Out", "figure"],
      ["Cost", "figure"],
    ]);
    this.models = table("Requests to models", [
      ["Model"],
      ["Operation"],
      ["Requests", "figure"],
      ["Failed", "figure"],
      ["Mean", "figure"],
    ]);
    find("spend-body").append(region("What models cost", this.rows.whole), region("Requests to models", this.models.whole));
  }

  update(spend) {
    const rows = spend?.rows ?? [];
    show(find("spend"), rows.length > 0);
    if (rows.length === 0) return;
    write(find("spend-note"), `${dollars(spend.cost_usd)} since the start`, `${spend.cost_usd} USD`);
    const dearest = [...rows].sort((left, right) => right.cost_usd - left.cost_usd || right.input_tokens - left.input_tokens);
    tabulate(
      this.rows,
      dearest.map((each) => [
        [each.agent || NONE, each.agent || "no agent"],
        [modelOf(each, rows), [each.model, each.provider].join(", ")],
        [count(each.input_tokens), grouped(each.input_tokens)],
        [count(each.output_tokens), grouped(each.output_tokens)],
        [each.cost_usd ? dollars(each.cost_usd) : NONE, `${each.cost_usd} USD`],
      ]),
      (_, index) => spentBy(dearest[index]),
    );
    const models = spend.models ?? [];
    show(this.models.whole.parentNode, models.length > 0);
    tabulate(
      this.models,
      models.map((each) => [
        [modelOf(each, models), [each.model, each.provider].join(", ")],
        each.operation,
        [count(each.calls), grouped(each.calls)],
        [each.errors ? `${count(each.errors)} · ${percent(each.errors / (each.calls - each.cancelled))}` : "0", `${grouped(each.errors)}, and ${grouped(each.cancelled)} cancelled, which are left out of the share`],
        [duration(each.mean_seconds), `${each.mean_seconds} s`],
      ]),
      (_, index) => JSON.stringify([models[index].model, models[index].provider, models[index].operation]),
    );
  }
}
