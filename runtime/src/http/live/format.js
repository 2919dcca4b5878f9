// Numbers as people read them. What is exact goes into titles, by those who show them.

/** What stands where there is no figure. */
export const NONE = "–";

/** A thin space that does not break, between a figure and its unit. */
const GAP = "\u202f";

const known = (value) => typeof value === "number" && Number.isFinite(value);

/** Three digits that matter, never an exponent. */
function short(value) {
  const size = Math.abs(value);
  if (size >= 100 || size === 0) return value.toFixed(0);
  if (size >= 10) return trim(value.toFixed(1));
  if (size >= 1) return trim(value.toFixed(2));
  return trim(value.toFixed(Math.min(12, 1 - Math.floor(Math.log10(size)))));
}

const trim = (text) => (text.includes(".") ? text.replace(/0+$/, "").replace(/\.$/, "") : text);

/** Seconds: `850 ns`, `1.2 ms`, `2 min 5 s`. */
export function duration(seconds) {
  if (!known(seconds)) return NONE;
  if (seconds === 0) return `0${GAP}s`;
  for (const [unit, size] of [["ns", 1e-9], ["µs", 1e-6], ["ms", 1e-3], ["s", 1]]) {
    // What would be written as 1000 of a unit is one of the next.
    if (seconds < size * 999.5 && (unit !== "s" || seconds < 59.95)) return short(seconds / size) + GAP + unit;
  }
  // 59.96 s are a minute, and not 59 s.
  return span(Math.round(seconds));
}

/** A longer time, in two units: `4 min 10 s`, `3 d 2 h`. */
export function span(seconds) {
  if (!known(seconds)) return NONE;
  const whole = Math.max(0, Math.floor(seconds));
  const units = [["d", 86_400], ["h", 3_600], ["min", 60], ["s", 1]];
  const first = units.findIndex(([, size]) => whole >= size);
  if (first < 0) return `0${GAP}s`;
  const [unit, size] = units[first];
  const text = Math.floor(whole / size) + GAP + unit;
  if (first === 3) return text;
  const [next, part] = units[first + 1];
  return `${text} ${Math.floor((whole % size) / part)}${GAP}${next}`;
}

/** A number of things: `1,234`, `56.7k`, `8.9M`. */
export function count(value) {
  if (!known(value)) return NONE;
  if (Math.abs(value) < 9_999.5) return Number.isInteger(value) ? grouped(value) : Math.abs(value) < 100 ? short(value) : grouped(Math.round(value));
  for (const [unit, size] of [["k", 1e3], ["M", 1e6], ["G", 1e9]]) {
    if (Math.abs(value) < size * 999.5) return short(value / size) + unit;
  }
  return short(value / 1e12) + "T";
}

/** Every digit of a number of things. */
export const grouped = (value) => (known(value) ? GROUPED.format(value) : NONE);

// Made once: to make one takes longer than to write a whole row.
const GROUPED = new Intl.NumberFormat("en-US", { maximumFractionDigits: 6 });
const CENTS = new Intl.NumberFormat("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** A rate: `340/s`, `0.05/s`. */
export function rate(perSecond) {
  if (!known(perSecond)) return NONE;
  if (perSecond === 0) return "0";
  if (perSecond < 0.005) return `${short(perSecond * 60)}/min`;
  if (perSecond < 1) return `${short(perSecond)}/s`;
  return `${perSecond < 10 ? short(Number(perSecond.toFixed(1))) : count(Math.round(perSecond))}/s`;
}

/** A ratio: `0.4 %`, `12 %`, `99.96 %`; none and all are only written where it is none and all. */
export function percent(ratio) {
  if (!known(ratio)) return NONE;
  const value = ratio * 100;
  const distance = Math.min(Math.abs(value), Math.abs(100 - value));
  if (value === 0 || value === 100) return value + GAP + "%";
  if (distance < 0.01) return (value < 50 ? "<0.01" : value < 100 ? ">99.99" : ">100") + GAP + "%";
  return trim(value.toFixed(distance < 0.1 ? 2 : distance < 10 ? 1 : 0)) + GAP + "%";
}

/** A ratio as it was declared: `99.95 %`, `99.9999999 %`; what is less than all is never written as all. */
export function exactly(ratio) {
  if (!known(ratio)) return NONE;
  // The most digits of a double's 15 that are those that somebody wrote, after it was divided and multiplied.
  const value = Number((ratio * 100).toPrecision(13));
  return (value === 100 && ratio < 1 ? ">99.999999999" : value) + GAP + "%";
}

/** Bytes: `1.3 MB`. */
export function bytes(value) {
  if (!known(value)) return NONE;
  for (const [unit, size] of [["B", 1], ["kB", 1e3], ["MB", 1e6], ["GB", 1e9]]) {
    if (Math.abs(value) < size * 999.5) return short(value / size) + GAP + unit;
  }
  return short(value / 1e12) + GAP + "TB";
}

/** US dollars: `$12.34`, `$0.0123`. */
export function dollars(value) {
  if (!known(value)) return NONE;
  if (value === 0) return "$0";
  if (value >= 1e12) return "$" + value.toExponential(1);
  if (value >= 1) return "$" + CENTS.format(value);
  return "$" + trim(value.toFixed(Math.min(9, 2 - Math.floor(Math.log10(value)))));
}

/** A moment: `14:03:22` today, else with its date. */
export function moment(unixSeconds) {
  if (!known(unixSeconds)) return NONE;
  const date = new Date(unixSeconds * 1000);
  const time = date.toLocaleTimeString("en-GB");
  return date.toDateString() === new Date().toDateString() ? time : `${date.toLocaleDateString("en-CA")} ${time}`;
}

/** One thing or several: `1 call`, `3 calls`. */
export const plural = (number, one, many = `${one}s`) => `${count(number)} ${number === 1 ? one : many}`;

/** The unit of a metric by the end of its name. */
export function byName(name, value) {
  if (/_bytes(_total)?$/.test(name)) return bytes(value);
  if (/_timestamp_seconds$|_start_time_seconds$/.test(name)) return moment(value);
  if (/_seconds(_total)?$/.test(name)) return duration(value);
  if (/_ratio$|_utilization$/.test(name)) return percent(value);
  return count(value);
}
