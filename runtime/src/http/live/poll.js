// Asks the program again and again: one request at a time, none while nobody looks, less often where it does not answer.

/** From one question to the next. */
const EVERY = 1_000;
/** The same where an answer and what is drawn of it take their time. */
const SELDOM = 2_000;
const COSTLY = 150;
/** The same while it wants a token: it may be started anew without one. */
const REFUSED = 15_000;
/** An answer that takes longer is none. */
const PATIENCE = 12_000;
/** After so many failures in a row, the next attempt waits so long. */
const BACKOFF = [1_000, 2_000, 4_000, 8_000, 15_000];
const KEPT = "observant-token";
const STRANGE = "It answers something else than a status.";

export class Poller {
  #timer = 0;
  #busy = false;
  #again = false;
  #failures = 0;
  #token = null;
  #refused = false;
  #isShown = false;
  paused = false;

  /**
   * `target()` is the address to ask; `answered(status)`, `missing()`, `refused(wasSent)` and `failed(why, seconds)` are
   * told what came of it.
   */
  constructor({ target, answered, missing, refused, failed }) {
    Object.assign(this, { target, answered, missing, refused, failed });
    try {
      this.#token = sessionStorage.getItem(KEPT);
    } catch {
      // Then it lasts as long as the page.
    }
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) clearTimeout(this.#timer);
      else if (!this.paused) this.now();
    });
  }

  /** Asks at once, or as soon as the answer that is waited for is there. */
  now() {
    clearTimeout(this.#timer);
    if (this.#busy) this.#again = true;
    else this.#ask();
  }

  pause(paused) {
    this.paused = paused;
    if (paused) clearTimeout(this.#timer);
    else this.now();
  }

  /** Goes on with this token, which no other page or tab gets to see. */
  authorize(token) {
    this.#token = token;
    this.#refused = false;
    this.now();
  }

  #keep(token) {
    if (token === null) return;
    try {
      sessionStorage.setItem(KEPT, token);
    } catch {
      // Then it lasts as long as the page.
    }
  }

  async #ask() {
    this.#busy = true;
    this.#again = false;
    const begun = performance.now();
    const target = this.target();
    let wait = EVERY;
    try {
      await this.#once(target);
      this.#failures = 0;
      if (this.#refused) wait = REFUSED;
      else if (performance.now() - begun > COSTLY) wait = SELDOM;
    } catch (error) {
      wait = BACKOFF[Math.min(this.#failures, BACKOFF.length - 1)];
      this.#failures += 1;
      // Then it is news once more.
      this.#refused = false;
      this.failed(error.message, wait / 1_000);
    }
    this.#busy = false;
    if (this.#again) this.now();
    else if (!this.paused && !document.hidden) {
      const left = Math.max(50, wait - (this.#failures ? 0 : performance.now() - begun));
      this.#timer = setTimeout(() => this.now(), left);
    }
  }

  async #once(target) {
    const headers = { accept: "application/json" };
    // Another may be given while this one is on its way.
    const sent = this.#token;
    const wasPaused = this.paused;
    if (sent !== null) headers.authorization = `Bearer ${sent}`;
    let response;
    let status;
    try {
      response = await fetch(target, {
        headers,
        cache: "no-store",
        credentials: "same-origin",
        signal: AbortSignal.timeout(PATIENCE),
      });
      const isJson = (response.headers.get("content-type") ?? "").startsWith("application/json");
      if (response.ok && isJson) status = await response.json();
      // What is not read keeps its connection.
      else await response.text();
    } catch (error) {
      if (error.name === "SyntaxError") throw new Error(STRANGE);
      throw new Error(error.name === "TimeoutError" ? "It does not answer." : "It cannot be reached.");
    }
    if (response.status === 401) {
      if (this.#token !== sent) return;
      const isNews = !this.#refused;
      this.#refused = true;
      this.#isShown = false;
      this.#token = null;
      if (isNews) this.refused(sent !== null);
    } else if (response.status === 404 && target.includes("?")) this.missing(target);
    else if (!response.ok) throw new Error(`It answers ${response.status}.`);
    else if (!status?.totals || !status.build) throw new Error(STRANGE);
    else {
      this.#refused = false;
      this.#keep(sent);
      // Whoever paused it meanwhile wants to keep what stands there.
      if (this.paused && !wasPaused && this.#isShown) return;
      this.#isShown = true;
      try {
        this.answered(status);
      } catch (error) {
        // A fault of this page's own is no reason to ask less.
        reportError(error);
      }
    }
  }
}
