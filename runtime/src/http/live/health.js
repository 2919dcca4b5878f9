// Health: each check and how it has been for the last hour; and SLOs, with what is left of their budgets.

import { element, find, keep, put, show, vary, write } from "./dom.js";
import { mark, timeline } from "./draw.js";
import { count, duration, exactly, grouped, moment, percent, plural, span } from "./format.js";

const HOUR = 3_600;
const unix = (time) => Date.parse(time) / 1_000;

/** What a status is called, and a sign that needs no colour. */
const SIGNS = { pass: "✓", degraded: "!", fail: "✕", unknown: "?" };

const REACHED = new Set(["consecutive_failures", "panics"]);

/** A status as a word with its sign. */
export function badge(status) {
  return element("span", { class: `badge is-${status}` }, element("span", { "aria-hidden": "true" }, SIGNS[status] ?? ""), ` ${status}`);
}

/** The seconds since 1970 of the program that answered. */
export const nowOf = (status) => status.unix_seconds ?? Date.now() / 1_000;

export class Health {
  constructor() {
    this.list = element("ul", { class: "checks" });
    this.axis = element("p", { class: "axis", "aria-hidden": "true" }, element("span"), element("span", {}, "now"));
    find("health-body").append(this.list, this.axis);
  }

  update(status) {
    const checks = status.health.checks ?? [];
    show(find("health"), checks.length > 0);
    if (checks.length === 0) return;
    const now = nowOf(status);
    const from = now - Math.min(HOUR, Math.max(status.uptime_seconds, 1));
    const failing = checks.filter((check) => check.status !== "pass").length;
    write(find("health-note"), failing ? `${failing} of ${plural(checks.length, "check")} not passing` : `${plural(checks.length, "check")}, all passing`);
    write(this.axis.firstChild, `${span(now - from)} ago`);
    keep(this.list, [...checks].sort(worstFirst), ({ name }) => name, make, (item, check) => change(item, check, from, now));
  }
}

const WORST = ["fail", "degraded", "unknown", "pass"];

function worstFirst(left, right) {
  return WORST.indexOf(left.status) - WORST.indexOf(right.status) || (left.name < right.name ? -1 : 1);
}

function make({ name }) {
  return element(
    "li",
    {},
    element("span", { class: "state" }),
    element("span", { class: "what", title: name }, name),
    element("span", { class: "why" }),
    timeline(),
  );
}

function change(item, check, from, now) {
  const [state, , why, bar] = item.children;
  if (item.state !== check.status) {
    item.state = check.status;
    state.replaceChildren(badge(check.status));
  }
  const since = unix(check.since);
  const { observed, reason } = check;
  // Counts reach their limits, everything else passes them.
  const sign = REACHED.has(reason) ? "≥" : ">";
  const figure = observed ? ` ${Number(observed.value.toPrecision(3))} ${sign} ${observed.threshold}` : "";
  const what = reason ? `${reason.replaceAll("_", " ")}${figure}, ` : check.severity === "critical" ? "critical, " : "";
  const stuck = check.stuck ? "stuck, " : "";
  write(why, `${stuck}${what}for ${span(now - since)}`, `${check.kind}, ${check.severity}, every ${duration(check.interval_seconds)}; since ${moment(since)}`);
  const pieces = check.transitions.map((each) => ({ at: unix(each.time), kind: each.to }));
  pieces.unshift({ at: -Infinity, kind: check.transitions[0]?.from ?? check.status });
  mark(bar, pieces, from, now, story(check, from));
}

/** The timeline in words. */
function story({ status, since, transitions }, from) {
  const changes = transitions.filter(({ time }) => unix(time) >= from);
  const each = changes.map(({ time, to }) => `${to} from ${moment(unix(time))}`);
  return each.length ? each.join(", ") : `${status} since ${moment(unix(since))}`;
}

export class Slos {
  constructor(body = find("slos-body"), section = find("slos")) {
    this.list = element("ul", { class: "slos" });
    this.section = section;
    body.append(this.list);
  }

  update(slos, { uptime_seconds: uptime = Infinity }) {
    show(this.section, slos.length > 0);
    const firing = slos.flatMap(({ alerts }) => alerts).filter(({ firing }) => firing).length;
    const note = this.section.querySelector(".note");
    if (note) write(note, firing ? `${plural(firing, "alert")} would fire` : plural(slos.length, "objective"));
    keep(this.list, slos, ({ slo, sli }) => JSON.stringify([slo, sli]), makeSlo, (item, slo) => changeSlo(item, slo, uptime));
  }
}

function makeSlo({ slo, sli }) {
  const label = `Budget of ${slo} ${sli} that is left`;
  return element(
    "li",
    {},
    element("p", { class: "title" }, element("span", { class: "what", title: `${slo} · ${sli}` }, `${slo} · ${sli}`), element("span", { class: "why" })),
    element("div", { class: "meter", role: "meter", "aria-label": label, "aria-valuemin": 0, "aria-valuemax": 100 }, element("span")),
    element("p", { class: "left" }),
    element("p", { class: "burn" }),
  );
}

const UNITS = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** `5m`, `1h24m`, `30d` in seconds. */
const secondsOf = (window) => [...window.matchAll(/(\d+)([smhd])/g)].reduce((sum, [, number, unit]) => sum + number * UNITS[unit], 0);

/** The time that functions promise, or the least and the most of them. */
function within(functions) {
  const times = functions.map((each) => each.latency_threshold_seconds).filter((time) => typeof time === "number");
  const [least, most] = [Math.min(...times), Math.max(...times)];
  return least < most ? `${duration(least)} to ${duration(most)}` : duration(times[0]);
}

function changeSlo(item, slo, uptime) {
  const [title, meter, left, burn] = item.children;
  const promise = slo.sli === "latency" ? `within ${within(slo.functions)}` : "without failure";
  write(title.lastChild, `${exactly(slo.objective_ratio)} ${promise}, ${slo.window}`);
  const allowed = slo.events * (1 - slo.objective_ratio);
  const rest = slo.bad_events === 0 ? 1 : Math.max(0, 1 - slo.bad_events / Math.max(allowed, 1e-9));
  const value = Math.round(rest * 100);
  put(meter, "aria-valuenow", value);
  put(meter, "aria-valuetext", percent(rest));
  put(meter, "class", rest > 0.25 ? "meter" : rest > 0 ? "meter warn" : "meter bad");
  vary(meter, "--share", `${value}%`);
  write(left, `${percent(rest)} of the budget left: ${grouped(slo.bad_events)} bad of ${count(slo.events)}${uptime < secondsOf(slo.window) ? " since the start" : ""}`, `of the calls since the start, ${allowed.toFixed(2)} may be bad`);
  const rates = Object.entries(slo.burn_rate)
    .filter(([, rate]) => rate !== null && rate !== undefined)
    .sort(([left], [right]) => secondsOf(left) - secondsOf(right));
  const firing = slo.alerts.filter(({ firing }) => firing).map(({ severity, window }) => `${severity} (${window})`);
  const list = (rates) => rates.map(([window, rate]) => `${window} ${Number(rate.toPrecision(2))}×`).join("  ");
  const [full, begun] = [true, false].map((isFull) => list(rates.filter(([window]) => secondsOf(window) <= uptime === isFull)));
  const text = [full, begun && `of ${span(uptime)} so far: ${begun}`].filter(Boolean).join(" · ");
  write(burn, (firing.length ? `would fire: ${firing.join(", ")}. ` : "") + (text ? `burn rate ${text}` : ""), "how many times too fast the budget is spent; 1× lasts exactly for the window");
  put(burn, "class", firing.length ? "burn bad" : "burn");
}
