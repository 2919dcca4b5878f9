"""What the page makes of answers over time: those of a real program, and those that a scenario makes up out of them."""

import copy
import re
import time
import urllib.parse

from cases import NAMES, data

# Whole, or about one function.
STATUS = re.compile(r"/status(\?.*)?$")


class Made:
    """Answers for a program in its place, whose functions and figures are what `change(status)` makes of them."""

    def __init__(self, watch, names, change=lambda status: None):
        self.watch, self.names, self.change = watch, names, change
        whole = data(watch)
        [real] = whole["functions"]
        one = data(watch, f"status?function={urllib.parse.quote(real['module'])}::{real['function']}")
        self.functions = [{**copy.deepcopy(real), "function": name} for name in names]
        self.details = [{**copy.deepcopy(one["function"]), "function": name} for name in names]
        self.whole, self.one = {**whole, "functions": self.functions}, one
        self.summary = data(watch, "status", **{"x-forwarded-for": "192.0.2.7"})
        assert "functions" not in self.summary and "settings" not in self.summary, self.summary
        self.is_summary = False
        self.begun = time.monotonic()
        watch.page.route(STATUS, self.answer)

    def answer(self, route):
        if not self.watch.is_data(route.request):
            return route.continue_()
        _, _, key = route.request.url.partition("?function=")
        name = urllib.parse.unquote(key).rpartition("::")[2]
        if key and name not in self.names:
            # A page that is still at what was before.
            return route.continue_()
        if self.is_summary:
            status = copy.deepcopy(self.summary)
        elif key:
            status = {**copy.deepcopy(self.one), "function": next(each for each in self.details if each["function"] == name)}
        else:
            status = copy.deepcopy(self.whole)
        status["uptime_seconds"] = self.whole["uptime_seconds"] + time.monotonic() - self.begun
        self.change(status)
        return route.fulfill(json=status)

    def open(self, name=None):
        module = self.functions[0]["module"]
        fragment = f"#/function/{urllib.parse.quote(f'{module}::{name}', safe='')}" if name else ""
        self.watch.page.evaluate("(fragment) => location.hash = fragment", fragment)

    def end(self):
        self.watch.page.unroute(STATUS)


def starts_anew(watch):
    """Another process under the same address: nothing is a rate over both."""
    page = watch.page
    watch.until(lambda: "Rates" in watch.texts("#functions-note")[0], "there are rates")
    assert "s, since this page was opened" in watch.texts("#functions-note")[0], watch.texts("#functions-note")
    status = data(watch)
    status["uptime_seconds"] = 0.5
    status["process"]["pid"] += 1
    # What was cancelled is no part of the share.
    status["totals"]["calls"] = {"ok": 0, "error": 1, "panic": 0, "cancelled": 9}
    # A call that hangs has not taken its time yet.
    oldest = [{"age_seconds": 125.0, "overdue": True}, {"age_seconds": 3.0, "overdue": False}]
    status["functions"][0]["calls_in_flight"] = {"deadline_seconds": 60.0, "calls": 2, "overdue": 1, "untracked_total": 0, "oldest": oldest}
    page.route("**/status", lambda route: route.fulfill(json=status))
    watch.until(lambda: "Means" in watch.texts("#functions-note")[0], "its rates are means again")
    assert "100\u202f% of 1 call failed since the start" in watch.texts(".card .caption"), watch.texts(".card .caption")
    hanging = page.locator(".card", has_text="What is slow").locator(".part", has_text="Longest in flight").locator("li")
    assert hanging.count() == 1 and hanging.text_content().endswith("2\u202fmin 5\u202fs"), watch.texts(".card li")
    page.unroute("**/status")


def remembers_one_life(watch):
    """The page's own history: a process is its number and when it began, and no counter goes back within one."""
    script = """async (answers) => {
        const { History } = await import('/status/history.js');
        const history = new History();
        return answers.map(([up, process, calls]) => {
            const entry = { module: 'm', function: 'f', calls: { ok: 0, error: 0, panic: 0, cancelled: 0, ...calls }, busy_seconds: up, self_seconds: up };
            history.add({ uptime_seconds: up, ...(process && { process }), functions: [entry] });
            const { isMean, errorRatio, done } = history.figures(entry, false);
            return [isMean, errorRatio, done];
        });
    }"""
    first, second = ({"pid": 1, "observed_since_unix_seconds": since} for since in (100.0, 130.0))
    said = watch.page.evaluate(script, [
        [1, first, {"ok": 10}],
        [13, first, {"ok": 100, "error": 10}],
        # An answer about one function may come without a process, and is of the same.
        [14, None, {"ok": 109, "error": 11, "cancelled": 80}],
        # The same number, up for longer, with more calls: and all the same another.
        [25, second, {"error": 500}],
        [37, second, {"error": 600}],
        # A counter goes back: there was a life between, whatever else it says.
        [49, second, {"error": 599, "ok": 7, "cancelled": 700}],
        [62, second, {"error": 600, "ok": 7, "cancelled": 709}],
    ])
    assert said[:3] == [[True, 0, 10], [False, 0.1, 100], [False, 0.1, 190]], said
    assert said[3:5] == [[True, 1, 500], [False, 1, 100]], said
    assert said[5][0] and said[6] == [False, 1, 10], said


def draws_what_can_be_drawn(watch):
    """One view that fails is said, and stops no other; an answer that is no status is trouble."""
    page = watch.page
    status = data(watch)
    broken = {**status, "uptime_seconds": status["uptime_seconds"] + 1_000, "slos": 7, "warnings": ["a late one"]}
    check = {**status["health"]["checks"][0], "name": "limit", "status": "fail", "reason": "consecutive_failures", "observed": {"value": 5, "threshold": 5}}
    broken["health"] = {**status["health"], "checks": [check]}
    broken["notices"] = [{"level": "info", "text": f"app_{each}xx keeps {number}"} for each in (2, 5) for number in (1, 2)]
    page.route("**/status", lambda route: route.fulfill(json=broken))
    watch.until(lambda: "A part of this page cannot be drawn." in watch.texts("#banner p"), "it is said")
    assert watch.texts("#warnings li") == ["a late one"]
    assert "consecutive failures 5 ≥ 5" in watch.texts("#health .why")[0], watch.texts("#health .why")
    assert len(watch.texts("#banner p")) == 5, watch.texts("#banner p")
    for strange, is_fresh in (("[]", False), ("null", True)):
        page.unroute("**/status")
        page.route("**/status", lambda route: route.fulfill(body=strange, content_type="application/json") if watch.is_data(route.request) else route.continue_())
        if is_fresh:
            page.goto(watch.base)
        watch.until(lambda: any("something else than a status" in text for text in watch.texts("#banner p")), f"{strange} is no status")
    assert "Nothing is shown" in watch.texts("#banner p")[0] and watch.texts("#updated") == ["no answer yet"]
    page.unroute("**/status")


def orders_again(watch):
    """By itself, after a heading was pressed, but not under the pointer."""
    page = watch.page
    made = Made(watch, ["a", "b", "c"])
    for function, p50 in zip(made.functions, (3.0, 2.0, 1.0)):
        function["duration_seconds"]["p50"] = p50

    def shown():
        return [name.rpartition("::")[2] for name in watch.texts(NAMES)]

    watch.until(lambda: len(shown()) == 3, "three functions are there")
    page.click("table.functions th.c-p50 button")
    assert shown() == ["a", "b", "c"], shown()
    page.hover("#service")
    made.functions[2]["duration_seconds"]["p50"] = 4.0
    watch.until(lambda: shown() == ["c", "a", "b"], "it is ordered again", 12)
    page.hover(NAMES)
    made.functions[1]["duration_seconds"]["p50"] = 5.0
    watch.until(lambda: "5\u202fs" in watch.texts("td.c-p50"), "the figure is there")
    page.wait_for_timeout(5_500)
    assert shown() == ["c", "a", "b"], "what somebody points at stays"
    # But not for ever: a pointer that has rested there for a minute is nobody's.
    page.evaluate("() => { const now = performance.now.bind(performance); performance.now = () => now() + 61_000; }")
    watch.until(lambda: shown() == ["b", "c", "a"], "it is ordered again", 12)
    made.functions[0]["duration_seconds"]["p50"] = 6.0
    page.hover("#service")
    watch.until(lambda: shown() == ["a", "b", "c"], "it is ordered again", 12)
    # What begins to fail is shown where nothing else is, and this is nothing to read out each time.
    page.click("#only button:has-text('Failing')")
    said = page.text_content("#functions-said")
    assert shown() == [] and said == "0 of 3 functions", said
    page.hover("#service")
    made.functions[0]["unwell"] = "errors"
    watch.until(lambda: shown() == ["a"], "it is shown", 12)
    assert watch.texts("#functions-count") == ["1 of 3 functions"] and page.text_content("#functions-said") == said
    page.click("#only button:has-text('Failing')")
    made.end()


def stays_where_it_is(watch):
    """What is below the cards does not move as lists grow shorter; in a window of another width it may."""
    page = watch.page
    made = Made(watch, ["a", "b", "c"])
    slowest = ".card:has-text('What is slow') .part:first-of-type li"
    for function in made.functions:
        function["self_seconds"] = 0

    def top():
        return page.evaluate("document.querySelector('#functions').getBoundingClientRect().top + scrollY")

    def slow(count):
        for index, function in enumerate(made.functions):
            function["duration_seconds"]["p95"] = 1.0 if index < count else None
        watch.until(lambda: len(watch.texts(slowest)) == count, f"{count} are slow")

    def draw_anew():
        made.open("a")
        watch.until(lambda: watch.texts("#function .tiles"), "the function is there")
        made.open()
        watch.until(lambda: watch.texts(NAMES), "the whole is open")
        page.wait_for_timeout(300)

    slow(1)
    draw_anew()
    short = top()
    slow(3)
    tall = top()
    slow(1)
    assert top() == tall > short, (top(), tall, short)
    # Not drawn for a while, and then with the short list; and as it is drawn first.
    draw_anew()
    assert top() == short, (top(), short)
    slow(3)
    draw_anew()
    slow(1)
    assert top() == tall, (top(), tall)
    made.end()


def counts_no_time_twice(watch):
    """Half of a core is half of a core, whichever view was open when."""
    page = watch.page
    figures = "#system .tiles li:has(.label:text-is('CPU')) .figure"

    def change(status):
        if "system" in status:
            status["system"]["process_cpu_seconds_total"] = status["uptime_seconds"] / 2

    page.goto(f"{watch.base}#/function/any")
    page.wait_for_selector("#function .empty")
    made = Made(watch, ["a"], change)
    made.open("a")
    watch.until(lambda: watch.texts("#function .tiles li"), "the function is there")
    # Of the whole, too, it knows only what is made up.
    page.reload()
    watch.until(lambda: watch.texts("#function .tiles li"), "the function is there")
    page.wait_for_timeout(3_000)
    made.open()
    seen = set()
    for _ in range(30):
        page.wait_for_timeout(100)
        seen.update(watch.texts(figures))
    rates = {float(text.removesuffix("\u202f%").lstrip("<>").replace(",", "")) for text in seen}
    assert rates and all(45 <= rate <= 55 for rate in rates), seen
    made.end()


def tells_nobody_of_before(watch):
    """Whoever gets a summary now is shown nothing of what came before, and gets all of it when there is."""
    page = watch.page
    made = Made(watch, ["a"])
    panels = "#overview .panel h2"
    watch.until(lambda: {"Health", "Settings", "System"} <= set(watch.texts(panels)), "all is shown")
    before = set(watch.texts(panels))
    made.open("a")
    watch.until(lambda: watch.texts("#function .about code"), "the function is there")
    made.is_summary = True
    watch.until(lambda: any("summary" in text for text in watch.texts("#function .empty")), "it is gone")
    assert not watch.texts("#function .about, #function .tiles")
    made.open()
    watch.until(lambda: not watch.texts("#function"), "the whole is open")
    page.wait_for_timeout(1_500)
    assert watch.texts(panels) == [] and not watch.texts("#sections"), watch.texts(panels)
    made.is_summary = False
    watch.until(lambda: set(watch.texts(panels)) == before, "all is shown again")
    made.end()


def tells_of_this_function(watch):
    """The promise is this function's own, and its place in the source that of the program that answers now."""
    made = Made(watch, ["a", "b"])
    module = made.functions[0]["module"]
    for slo in (slo for each in made.details for slo in each["slos"]):
        times = {"a": 0.000_1, "b": 5.0} if slo["sli"] == "latency" else {}
        slo["functions"] = [{"module": module, "function": name, **({"latency_threshold_seconds": times[name]} if times else {})} for name in "ab"]
    for name, time_ in (("a", "100\u202fµs"), ("b", "5\u202fs")):
        made.open(name)
        watch.until(lambda: watch.texts("#function h2") == [f"{module}::{name}"], "it is open")
        watch.until(lambda: watch.page.locator(".marks .mark-slo").get_attribute("title") == time_, f"the promise is {time_}")
    assert any("within 100\u202fµs to 5\u202fs" in text for text in watch.texts("#function .slos .why")), watch.texts("#function .slos .why")
    made.details[1] |= {"line": 77_777, "version": "9.9.9"}
    watch.until(lambda: "77777" in watch.texts("#function .about")[0] and "9.9.9" in watch.texts("#function .about")[0], "it is elsewhere now")
    made.open()
    made.end()


def shows_all_while_paused(watch):
    page = watch.page
    watch.until(lambda: watch.texts("#system summary"), "there is a system")
    page.click("#pause")
    page.click("#system summary")
    watch.until(lambda: len(watch.texts("#system details tbody tr")) > 20, "all figures are there", 5)
    page.click("#system summary")
    page.click("#pause")


def keeps_what_stays(watch):
    """Of children that are brought up to date none moves that need not, and what moves keeps the focus."""
    script = """async () => {
        const { element, keep } = await import('/status/dom.js');
        const parent = element('ul');
        document.body.append(parent);
        const show = (keys) => keep(parent, [...keys], (key) => key, (key) => element('li', { tabindex: '0' }, key));
        const watcher = new MutationObserver(() => {});
        watcher.observe(parent, { childList: true });
        const said = [];
        show('abcd');
        for (const [keys, focused] of [['bcd', 'c'], ['xcd', 'd'], ['dxc', 'd'], ['cyxd', 'c'], ['cyxd', 'x'], ['', null]]) {
            const child = [...parent.children].find(({ textContent }) => textContent === focused);
            child?.focus();
            watcher.takeRecords();
            show(keys);
            const records = watcher.takeRecords();
            const names = (list) => records.flatMap((record) => [...record[list]].map(({ textContent }) => textContent)).join('');
            said.push([parent.textContent, names('removedNodes'), names('addedNodes'), document.activeElement === child]);
        }
        parent.remove();
        return said;
    }"""
    said = watch.page.evaluate(script)
    assert said[0] == ["bcd", "a", "", True], said
    assert said[1] == ["xcd", "b", "x", True], said
    assert said[2] == ["dxc", "d", "d", True], said
    assert said[3][0] == "cyxd" and said[3][3] and said[4] == ["cyxd", "", "", True] and said[5][0] == "", said
