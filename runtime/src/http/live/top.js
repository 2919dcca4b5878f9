// What stands above everything: whose page it is and how it does, what is wrong with what it shows, pause and theme.

import { element, find, keep, put, show, write } from "./dom.js";
import { count, plural, span } from "./format.js";
import { badge } from "./health.js";

/** What tells of the program. */
const PARTS = ["facts", "verdict", "updated"];

/** OpenTelemetry has programs without a name be called `unknown_service:` and their executable. */
const nameOf = ({ service }) => service.replace(/^unknown_service:/, "");

const THEMES = ["auto", "light", "dark"];

export class Top {
  #notices = [];
  #trouble = null;
  #broken = null;
  #verdict = "";
  #answered = null;
  #paused = false;

  constructor({ paused }) {
    const pause = find("pause");
    pause.addEventListener("click", () => {
      this.#paused = !this.#paused;
      put(pause, "aria-pressed", String(this.#paused));
      paused(this.#paused);
      this.#age();
      this.#banner();
    });
    this.#theme();
    // Not read out: it changes with every answer.
    setInterval(() => this.#age(), 1_000);
  }

  #theme() {
    const root = document.documentElement;
    const button = find("theme");
    const name = () => write(button, `Theme: ${root.dataset.theme ?? "auto"}`);
    button.addEventListener("click", () => {
      const next = THEMES[(THEMES.indexOf(root.dataset.theme ?? "auto") + 1) % THEMES.length];
      if (next === "auto") delete root.dataset.theme;
      else root.dataset.theme = next;
      try {
        if (next === "auto") localStorage.removeItem("observant-theme");
        else localStorage.setItem("observant-theme", next);
      } catch {
        // Then it lasts as long as the page.
      }
      name();
    });
    name();
  }

  /** An answer came. */
  update(status) {
    this.#answered = performance.now();
    this.#trouble = null;
    for (const part of PARTS) show(find(part), true);
    write(find("service"), nameOf(status), status.service);
    if (status.health) this.#judge(status);
    this.#facts(status);
    const isSummary = status.functions === undefined && status.function === undefined;
    if (status.notices) this.#notices = status.notices;
    else if (isSummary) this.#notices = [SUMMARY];
    this.#banner();
    put(document.body, "class", null);
    this.#age();
  }

  #judge(status) {
    const health = status.health.status;
    const verdict = `${health} ${status.lifecycle}`;
    if (verdict !== this.#verdict) {
      this.#verdict = verdict;
      const lifecycle = status.lifecycle === "ready" ? "ready" : `${status.lifecycle}: takes no work`;
      find("verdict").replaceChildren(badge(health), element("span", { class: "lifecycle" }, lifecycle));
    }
    const sign = { pass: "", degraded: "! ", fail: "✕ " }[health] ?? "? ";
    const title = `${sign}${nameOf(status)}`;
    if (document.title !== title) document.title = title;
  }

  #facts({ uptime_seconds: uptime, build, totals }) {
    const calls = Object.values(totals.calls).reduce((sum, number) => sum + number, 0);
    const facts = [
      ["Up", span(uptime), `${uptime} s`],
      ["Functions", count(totals.functions), "observed"],
      ["Calls", count(calls), `${calls} finished`],
      ["In flight", count(totals.in_flight), ""],
      ["observant", `${build.observant}${build.profile === "debug" ? " debug" : ""}`, build.target],
    ];
    keep(
      find("facts"),
      facts,
      ([name]) => name,
      ([name]) => element("div", {}, element("dt", {}, name), element("dd")),
      (item, [, text, title]) => write(item.lastChild, text, title),
    );
  }

  /** No answer came, and the next attempt is `seconds` away. */
  failed(why, seconds) {
    const shown = this.#answered === null ? "Nothing is shown until it answers" : "What is shown is as old as the last answer";
    this.#trouble = { text: `${why} ${shown}`, next: `; next attempt within ${plural(seconds, "second")}.` };
    if (this.#answered === null) write(find("updated"), "no answer yet");
    put(document.body, "class", "stale");
    this.#banner();
  }

  /** It answers, but wants a token. */
  refused() {
    Object.assign(document, { title: "Status" });
    this.#answered = null;
    this.#trouble = null;
    this.#broken = null;
    this.#notices = [];
    this.#verdict = "";
    for (const part of PARTS) show(find(part), false);
    put(document.body, "class", null);
    this.#banner();
  }

  /** Whether something of this page's own went wrong. */
  broken(isBroken) {
    if (isBroken === (this.#broken !== null)) return;
    this.#broken = isBroken ? { level: "error", text: "A part of this page cannot be drawn." } : null;
    this.#banner();
  }

  #banner() {
    // Whoever has paused it waits for no attempt.
    const trouble = this.#trouble && { level: "error", text: `${this.#trouble.text}${this.#paused ? "." : this.#trouble.next}` };
    const notices = [trouble, this.#broken, ...this.#notices].filter(Boolean);
    const seen = new Map();
    keep(
      find("banner"),
      notices,
      // A figure that grows makes no other notice, which would be read out once more; two that differ in one are two.
      ({ level, text }) => {
        const key = `${level} ${text.replace(/\b\d+\b/g, "")}`;
        seen.set(key, (seen.get(key) ?? 0) + 1);
        return `${key} ${seen.get(key)}`;
      },
      ({ level }) => element("p", { class: level }),
      (item, { text }) => write(item, text),
    );
  }

  #age() {
    const updated = find("updated");
    if (this.#answered === null) return;
    const age = Math.round((performance.now() - this.#answered) / 1_000);
    write(updated, this.#paused ? `paused, ${span(age)} old` : age < 3 ? "live" : `${span(age)} old`);
    put(updated, "class", this.#paused || age >= 5 ? "updated old" : "updated");
  }
}

const SUMMARY = {
  level: "info",
  text: "This is a summary. Details are shown on the machine itself; anywhere else they need a token, which OBSERVANT_TOKEN sets where the program is started.",
};

/** Asks for the token. */
export class TokenPrompt {
  constructor(authorize) {
    this.form = find("token");
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      const token = find("token-value").value.trim();
      // Nothing else can be sent in a header.
      if (/^[\x21-\x7e]+$/.test(token)) authorize(token);
      else this.#say("A token has no spaces in it, and no letters but those of ASCII.");
    });
  }

  /** `wasSent`: there was a token, and it was wrong. */
  ask(wasSent) {
    const wasThere = !this.form.hidden;
    show(this.form, true);
    this.#say(wasSent ? "This is not the token." : "");
    if (!wasThere || wasSent) find("token-value").focus();
  }

  #say(wrong) {
    write(find("token-wrong"), wrong);
    put(find("token-value"), "aria-invalid", wrong ? "true" : null);
  }

  done() {
    if (this.form.hidden) return;
    show(this.form, false);
    find("token-value").value = "";
    find("content").focus();
  }
}
