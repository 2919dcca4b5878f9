// The process, its machine and its runtime: what is used of what there is, and the rest by name.

import { element, find, keep, show, table, tabulate, write } from "./dom.js";
import { sketch, sparkline } from "./draw.js";
import { byName, bytes, count, grouped, percent } from "./format.js";

/** The sum of a family, whatever its labels; `undefined` where there is no such family. */
function total(system, family, wanted = {}) {
  const value = system[family];
  if (!Array.isArray(value)) return value;
  const fits = ({ labels }) => Object.entries(wanted).every(([name, text]) => labels[name] === text);
  return value.filter(fits).reduce((sum, row) => sum + row.value, 0);
}

/** What is worth a tile: how it is called, its family, and how it reads; counters are shown per second. */
const TILES = [
  { label: "CPU", family: "process_cpu_seconds_total", counter: true, text: percent, about: "100 % is one core" },
  { label: "Memory", family: "process_resident_memory_bytes", text: bytes, limit: ["cgroup_memory_limit_bytes", bytes], machine: "system_memory_limit_bytes" },
  { label: "File descriptors", family: "process_open_fds", text: count, limit: ["process_max_fds", count] },
  { label: "Threads", family: "process_threads", text: count },
  { label: "CPU throttled", family: "cgroup_cpu_throttled_seconds_total", counter: true, text: percent, about: "of the time" },
  { label: "Tasks", family: "tokio_alive_tasks", text: count, about: "alive on tokio" },
  { label: "Queue", family: "tokio_global_queue_tasks", text: count, about: "tasks waiting" },
  { label: "Disk", family: "process_disk_io_bytes_total", counter: true, text: (value) => `${bytes(value)}/s`, about: "read and written" },
  { label: "Load", family: "system_cpu_load_average_1m", text: (value) => value.toFixed(2), about: "of the machine" },
];

export class System {
  constructor(history) {
    this.history = history;
    this.tiles = element("ul", { class: "tiles" });
    this.all = table("All figures of the system", [["Figure"], ["Labels"], ["Value", "figure"]]);
    const scroll = element("div", { class: "scroll tall", role: "region", "aria-label": "All figures of the system", tabindex: "0" }, this.all.whole);
    this.details = element("details", {}, element("summary"), scroll);
    this.details.addEventListener("toggle", () => this.#list());
    find("system-body").append(this.tiles, this.details);
  }

  update(status) {
    const system = status.system ?? {};
    const figures = Object.keys(system).length;
    this.system = system;
    show(find("system"), figures > 0);
    if (figures === 0) return;
    const { pid } = status.process;
    const overhead = status.process.overhead;
    write(find("system-note"), `process ${pid}; observing takes ${percent(overhead.ratio)} of its time`, `${overhead.seconds_total} s in all`);
    const tiles = TILES.filter(({ family }) => system[family] !== undefined);
    keep(this.tiles, tiles, ({ family }) => family, make, (item, tile) => this.#change(item, tile, status));
    write(this.details.firstChild, `All ${grouped(figures)} figures`);
    this.#list();
  }

  /** Every figure by its name: a thousand rows that nobody looks at are not written. */
  #list() {
    if (this.details.open) tabulate(this.all, Object.keys(this.system).sort().flatMap((name) => rows(name, this.system[name])));
  }

  #change(item, { family, counter, text, limit, machine, about }, { system, uptime_seconds: at }) {
    const value = total(system, family);
    const series = this.history.track(family, value, at);
    const growth = counter ? series.growth(1) : null;
    const points = counter ? series.rates(1) : series.values(1);
    const shown = counter ? (growth ? growth.by / growth.in : value / Math.max(at, 1)) : value;
    const most = limit ? total(system, limit[0]) ?? total(system, machine) : undefined;
    const [, figure, note] = item.children;
    write(figure, text(shown), `${family}: ${value}`);
    write(note, [about, most && `of ${limit[1](most)}`].filter(Boolean).join(" "));
    sketch(item.spark, points, this.history.now);
  }
}

function make({ label }) {
  const spark = sparkline(120, 24);
  const parts = ["label", "figure", "note"].map((name) => element("span", { class: name }));
  parts[0].textContent = label;
  return Object.assign(element("li", {}, ...parts, spark.svg), { spark });
}

function rows(name, value) {
  const one = (value, labels) => [name, Object.entries(labels).map(([key, text]) => `${key}=${text}`).join(", "), [byName(name, value), String(value)]];
  return Array.isArray(value) ? value.map((row) => one(row.value, row.labels)) : [one(value, {})];
}
