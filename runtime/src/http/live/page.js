// Where the live page begins: which view is open, what is asked for it, and who draws which part of the answer.

import { Cards } from "./cards.js";
import { element, find, show, write } from "./dom.js";
import { FunctionPage } from "./function.js";
import { FunctionsTable } from "./functions.js";
import { Health, Slos } from "./health.js";
import { History, keyOf } from "./history.js";
import { Poller } from "./poll.js";
import { Runs, Spend } from "./runs.js";
import { Export, Settings, Warnings } from "./settings.js";
import { System } from "./system.js";
import { TokenPrompt, Top } from "./top.js";

/** This page's own address without what follows the path: so that it finds its data below any prefix. */
const HOME = "status";
const ROUTE = "#/function/";

const history = new History();
const views = {
  cards: new Cards(),
  functions: new FunctionsTable(history),
  health: new Health(),
  runs: new Runs(),
  slos: new Slos(),
  spend: new Spend(),
  system: new System(history),
  export: new Export(),
  settings: new Settings(),
  warnings: new Warnings(),
};
const page = new FunctionPage(history);
const top = new Top({ paused: (paused) => poller.pause(paused) });
const prompt = new TokenPrompt((token) => poller.authorize(token));

/** The function whose page is open. */
let open = null;
/** The last whole answer, and when it came. */
let whole = null;
let wholeAt = -Infinity;
let isRefused = false;
let isOverviewDrawn = true;
/** Milliseconds after which the whole is asked for again while a function's page is open: verdict and notices are there. */
const OLD = 10_000;

const poller = new Poller({
  target: () => (open === null || performance.now() - wholeAt > OLD ? HOME : addressOfData(open)),
  answered,
  missing: (target) => open !== null && target === addressOfData(open) && page.close("This program has no such function, or not any more."),
  refused: (wasSent) => {
    // Nothing that came before is shown to whoever sits here now.
    isRefused = true;
    forget();
    show(find("overview"), false);
    show(find("function"), false);
    show(find("sections"), false);
    top.refused();
    prompt.ask(wasSent);
  },
  failed: (why, seconds) => top.failed(why, seconds),
});

const addressOfData = (key) => `${HOME}?function=${encodeURIComponent(key)}`;

const panels = () => find("overview").querySelectorAll(".panel[id]");

/** Who may see less now is shown nothing of what came before. */
function forget() {
  whole = null;
  wholeAt = -Infinity;
}

/** Has every part do its work, whatever becomes of the others; whether all of them could. */
function drawEach(parts) {
  let isWhole = true;
  for (const draw of parts) {
    try {
      draw();
    } catch (error) {
      isWhole = false;
      reportError(error);
    }
  }
  return isWhole;
}

function answered(status) {
  const begun = performance.now();
  isRefused = false;
  isOverviewDrawn = true;
  prompt.done();
  const isDrawn = drawEach([
    () => history.add(status),
    () => top.update(status),
    () => draw(status),
    sections,
  ]);
  top.broken(!isDrawn || !isOverviewDrawn);
  // The last one only, or the browser would keep them all.
  performance.clearMeasures("observant-tick");
  performance.measure("observant-tick", { start: begun, end: performance.now() });
}

function draw(status) {
  show(find("overview"), open === null);
  show(find("function"), open !== null);
  if (status.functions) {
    // Who comes straight to a function's page has waited for this, and waits for more.
    if (whole === null && open !== null) poller.now();
    whole = status;
    wholeAt = performance.now();
  }
  const isSummary = !status.functions && !status.function;
  if (isSummary) forget();
  if (open === null && !status.function) overview(status);
  else if (open !== null && status.function) page.update(status);
  else if (open !== null && isSummary) page.close("The summary shows no functions.");
}

function overview(status) {
  const isWhole = status.functions !== undefined;
  show(find("glance"), isWhole);
  if (!isWhole) {
    for (const panel of panels()) show(panel, false);
    return;
  }
  show(find("functions"), status.functions.length > 0);
  isOverviewDrawn = drawEach([
    () => views.cards.update(status, history),
    () => views.functions.update(status.functions),
    () => views.health.update(status),
    () => views.runs.update(status),
    () => views.slos.update(status.slos, status),
    () => views.spend.update(status.spend),
    () => views.system.update(status),
    () => views.export.update(status),
    () => views.settings.update(status.settings),
    () => views.warnings.update(status.warnings),
  ]);
}

/** Links to what there is to see. */
function sections() {
  const there = open === null ? [...panels()].filter((panel) => !panel.hidden) : [];
  const nav = find("sections");
  show(nav, there.length > 1);
  const ids = there.map(({ id }) => id).join(" ");
  if (nav.dataset.ids === ids) return;
  nav.dataset.ids = ids;
  nav.replaceChildren(...there.map((panel) =>
    element("a", { href: `#${panel.id}` }, panel.querySelector("h2").textContent)));
}

/** Follows the address: `#/function/NAME` is a function's page, anything else the whole. */
function follow() {
  const isFunction = location.hash.startsWith(ROUTE);
  const was = open;
  let key = null;
  if (isFunction) {
    try {
      key = decodeURIComponent(location.hash.slice(ROUTE.length));
    } catch {
      key = location.hash.slice(ROUTE.length);
    }
  }
  open = key;
  if (open === was) return;
  show(find("overview"), open === null && whole !== null);
  show(find("function"), open !== null && !isRefused);
  if (open !== null) {
    page.open(open, whole?.functions.find((entry) => keyOf(entry) === open));
  } else {
    if (whole) overview(whole);
    returnTo(was);
  }
  sections();
  poller.now();
}

/** Back where somebody came from: the row of the function. */
function returnTo(key) {
  const link = [...document.querySelectorAll("#functions-scroll a.function")].find(({ title }) => title === key);
  if (link) {
    link.scrollIntoView({ block: "center" });
    link.focus({ preventScroll: true });
  } else find("content").focus();
}

find("skip").addEventListener("click", (event) => {
  // The fragment is the view's.
  event.preventDefault();
  find("content").focus();
});
addEventListener("hashchange", follow);
const wanted = new URLSearchParams(location.search).get("function");
// The address of a function's figures, opened in a browser.
if (wanted) globalThis.history.replaceState(null, "", `${location.pathname}${ROUTE}${encodeURIComponent(wanted)}`);
write(find("updated"), "asking");
follow();
if (open === null) poller.now();
