// How the program was set up: the exporter and what it lost, settings with where each came from, warnings.

import { element, find, keep, show, table, tabulate, write } from "./dom.js";
import { count, grouped, moment, plural, span } from "./format.js";
import { nowOf } from "./health.js";

export class Export {
  constructor() {
    this.signals = element("ul", { class: "signals" });
    this.none = element("p", { class: "empty" }, "Nothing is sent anywhere: no endpoint is set (OTEL_EXPORTER_OTLP_ENDPOINT).");
    find("export-body").append(this.none, this.signals);
  }

  update(status) {
    const signals = Object.entries(status.export ?? {});
    show(find("export"), status.export !== undefined);
    show(this.none, signals.length === 0);
    write(find("export-note"), signals.length ? signals.map(([name]) => name).join(", ") : "off");
    const now = nowOf(status);
    keep(this.signals, signals, ([name]) => name, make, (item, [, signal]) => change(item, signal, now));
  }
}

function make([name]) {
  return element("li", {}, element("p", { class: "title" }, element("span", { class: "what" }, name), element("span", { class: "why" })), element("p"), element("p", { class: "bad" }));
}

function change(item, signal, now) {
  const [title, sent, error] = item.children;
  write(title.lastChild, [signal.protocol, signal.endpoint].filter(Boolean).join(" to "));
  const success = signal.last_success_unix_seconds;
  const parts = [
    success ? `last taken ${span(now - success)} ago` : "nothing taken yet",
    plural(signal.requests, "request"),
    plural(signal.failures, "failure"),
  ];
  if (signal.exported !== undefined) {
    const dropped = Object.entries(signal.dropped).filter(([, number]) => number > 0);
    parts.push(`${plural(signal.exported, "span")} sent`, `${count(signal.queue)} waiting`);
    parts.push(dropped.length ? `dropped: ${dropped.map(([reason, number]) => `${grouped(number)} ${reason}`).join(", ")}` : "none dropped");
  }
  write(sent, parts.join(" · "));
  const { last_error: last } = signal;
  // What has been well since is no news.
  const isNews = last && (!success || last.unix_seconds >= success);
  show(error, Boolean(isNews));
  if (isNews) write(error, `${last.text} (${span(now - last.unix_seconds)} ago)`, moment(last.unix_seconds));
}

export class Settings {
  constructor() {
    const columns = [["Setting"], ["Value"], ["Origin"]];
    this.own = table("Settings that somebody made", columns);
    this.defaults = table("Settings at their defaults", columns);
    this.summary = element("summary");
    this.rest = element("details", {}, this.summary, this.defaults.whole);
    find("settings-body").append(this.own.whole, this.rest);
  }

  update(settings) {
    show(find("settings"), settings.length > 0);
    const own = settings.filter(({ origin }) => origin !== "default");
    const rest = settings.filter(({ origin }) => origin === "default");
    write(find("settings-note"), own.length ? `${own.length} of ${settings.length} set` : "all at their defaults");
    show(this.own.whole, own.length > 0);
    show(this.rest, rest.length > 0);
    write(this.summary, `${plural(rest.length, "setting")} at the default`);
    tabulate(this.own, own.map(row));
    tabulate(this.defaults, rest.map(row));
  }
}

const row = ({ name, value, origin }) => [name, [value === "" ? "(empty)" : String(value)], origin];

export class Warnings {
  constructor() {
    this.list = element("ul", { class: "warnings" });
    find("warnings-body").append(this.list);
  }

  update(warnings) {
    show(find("warnings"), warnings.length > 0);
    write(find("warnings-note"), plural(warnings.length, "warning"));
    keep(this.list, warnings, (text, index) => `${index} ${text}`, (text) => element("li", {}, text));
  }
}
