// What this page has seen for the last minute, in bounded memory: samples of counters, and rates out of them. Times are
// those of the program's own clock, so that an answer that was late makes no rate wrong.

/** How far back rates and sparklines go. */
const SECONDS = 60;
/** What was seen for a shorter time tells too little of a program that does things in turns. */
const LEAST = 10;
/** Of a minute, with answers a second or two apart. */
const MINUTE = 57;
/** Samples of one series at most, however often somebody asks. */
const MOST = 64;

export const keyOf = (entry) => `${entry.module}::${entry.function}`;

const sum = (calls) => calls.ok + calls.error + calls.panic + calls.cancelled;

/** Calls that went badly. */
export const failed = (calls) => calls.error + calls.panic;

/** Calls of which `failed` ones are a share: nobody knows how those that were cancelled would have ended. Dashboards, rules and SLOs count them so. */
export const judged = (calls) => calls.ok + failed(calls);

/** What is remembered of a function's answer, and which of it only ever grow. */
const sampleOf = ({ calls, busy_seconds: busy, self_seconds: own }, now) => [now, sum(calls), failed(calls), busy, own, judged(calls)];
const COUNTS = [1, 2, 5];

/** Samples of a few counters: `[time, value, ..]`, the oldest first. */
class Series {
  samples = [];

  push(sample) {
    const last = this.samples.at(-1);
    if (last && sample[0] <= last[0]) return;
    this.samples.push(sample);
    while (this.samples.length > MOST || sample[0] - this.samples[0][0] > SECONDS) this.samples.shift();
  }

  /** Seconds from the first to the last. */
  get seconds() {
    return this.samples.length < 2 ? 0 : this.samples.at(-1)[0] - this.samples[0][0];
  }

  /** How much counter `index` grew, and in which time; `null` before there are two samples. */
  growth(index) {
    if (this.samples.length < 2) return null;
    const [first, last] = [this.samples[0], this.samples.at(-1)];
    return { by: Math.max(0, last[index] - first[index]), in: last[0] - first[0] };
  }

  /** Counter `index` per second between samples: `[time, rate]`. */
  rates(index) {
    return this.samples.slice(1).map((sample, before) => {
      const last = this.samples[before];
      return [sample[0], Math.max(0, (sample[index] - last[index]) / (sample[0] - last[0]))];
    });
  }

  /** The values of `index` themselves: `[time, value]`. */
  values(index) {
    return this.samples.map((sample) => [sample[0], sample[index]]);
  }
}

const NOTHING = new Series();
const ZERO = [0, 0, 0, 0, 0, 0];

export class History {
  #functions = new Map();
  #others = new Map();
  #process = null;
  #wholes = new Series();
  /** The program's time of the last answer. */
  now = 0;

  /** Takes an answer of `/status` into account; another process begins another history. */
  add(status) {
    const entries = status.functions ?? (status.function ? [status.function] : []);
    const samples = entries.map((entry) => [keyOf(entry), sampleOf(entry, status.uptime_seconds)]);
    // In a container every life has the same number; a summary has none.
    const { pid, observed_since_unix_seconds: since } = status.process ?? {};
    const process = pid === undefined ? this.#process : `${pid} since ${since}`;
    const isAnother = this.#process !== null && process !== this.#process;
    const isBack = ([key, sample]) => COUNTS.some((index) => sample[index] < (this.of(key).samples.at(-1)?.[index] ?? 0));
    if (status.uptime_seconds < this.now || isAnother || samples.some(isBack)) {
      this.#functions.clear();
      this.#others.clear();
      this.#wholes = new Series();
    }
    this.#process = process;
    this.now = status.uptime_seconds;
    if (status.functions) this.#wholes.push([this.now]);
    for (const [key, sample] of samples) this.#series(this.#functions, key).push(sample);
  }

  /** Over which time figures are that are not since the start, in words: what this page has seen, or the same as all. */
  basis(series = this.#wholes) {
    if (series.seconds < LEAST) return "since the start";
    return series.seconds < MINUTE ? `of the last ${Math.round(series.seconds)} s, since this page was opened` : "of the last minute";
  }

  #series(map, key) {
    let series = map.get(key);
    if (!series) map.set(key, (series = new Series()));
    return series;
  }

  /** Remembers any other figure as it was `at` a time, and returns what is known of it; an answer that is shown again tells nothing new. */
  track(name, value, at) {
    const series = this.#series(this.#others, name);
    if (at === this.now) series.push([at, value]);
    return series;
  }

  of(key) {
    return this.#functions.get(key) ?? NOTHING;
  }

  /**
   * What a function did: over what this page has seen of the last minute, or since the program started, as long as that
   * is less than `least` seconds. Shares are seconds for each second that passed.
   */
  figures(entry, wholeTime, least = LEAST) {
    const { calls } = entry;
    const series = this.of(keyOf(entry));
    const isMean = wholeTime || series.samples.length < 2 || series.seconds < least;
    const first = isMean ? ZERO : series.samples[0];
    const last = isMean ? sampleOf(entry, this.now) : series.samples.at(-1);
    const grown = (index) => Math.max(0, last[index] - first[index]);
    const seconds = Math.max(grown(0), 1e-9);
    const [done, bad, busy, own, ended] = [1, 2, 3, 4, 5].map(grown);
    return {
      isMean,
      calls: sum(calls),
      errors: failed(calls),
      done,
      bad,
      /** Of these `bad` are a share. */
      judged: ended,
      rate: done / seconds,
      badRate: bad / seconds,
      errorRatio: ended > 0 ? bad / ended : null,
      busy: busy / seconds,
      own: own / seconds,
    };
  }
}
