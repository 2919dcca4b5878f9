"""What scenarios do with the page, one thing each."""

import json
import re

from browser import NARROW, WIDE, background

ROWS = "table.functions tbody tr:not([hidden])"
NAMES = f"{ROWS} a.function"
# Of a histogram, with something in it: the first and the last may be empty, and what has no height is not visible.
COLUMN = "#function svg.histogram rect:not([height='0'])"
COLUMNS = {
    "Function": lambda each, _: f"{each['module']}::{each['function']}",
    "Kind": lambda each, _: each["kind"],
    "Calls": lambda each, _: sum(each["calls"].values()),
    "Rate": lambda each, _: sum(each["calls"].values()),
    "Errors": lambda each, _: ratio(each["calls"]),
    "p50": lambda each, _: each["duration_seconds"]["p50"],
    "p95": lambda each, _: each["duration_seconds"]["p95"],
    "p99": lambda each, _: each["duration_seconds"]["p99"],
    "In flight": lambda each, _: each["in_flight"],
    "Busy": lambda each, _: each["busy_seconds"],
    "Self": lambda each, _: each["self_seconds"],
}


def ratio(calls):
    """Failed calls of those that were not cancelled."""
    judged = sum(calls.values()) - calls["cancelled"]
    return (calls["error"] + calls["panic"]) / judged if judged else None


def data(watch, path="status", **headers):
    """What the page gets."""
    script = "([path, headers]) => fetch(path, { headers }).then((answer) => answer.text())"
    # Beside the page's own, which are one at a time.
    before, watch.most_waiting = watch.most_waiting, 0
    status = json.loads(watch.page.evaluate(script, [path, {"accept": "application/json", **headers}]))
    watch.most_waiting = before
    return status


def sorts_by_every_column(watch, names):
    """With figures that stand still, paused as well: what has none comes last, whichever way."""
    page = watch.page
    page.click("#span button:has-text('Since start')")
    status = data(watch)
    page.route("**/status", lambda route: route.fulfill(json=status))
    asked = len(watch.asked)
    watch.until(lambda: len(watch.asked) > asked + 1, "that is what it has got")
    page.click("#pause")
    functions = {f"{each['module']}::{each['function']}": each for each in status["functions"]}
    for column, value_of in COLUMNS.items():
        heading = page.locator("table.functions thead th", has_text=column).filter(has=page.locator("button")).first
        orders = []
        for _ in range(2):
            heading.locator("button").click()
            order = heading.get_attribute("aria-sort")
            orders.append(order)
            assert page.locator("table.functions thead [aria-sort]").count() == 1
            values = [value_of(functions[name], None) for name in watch.texts(names)]
            assert len(values) == len(functions), column
            known = [value for value in values if value is not None]
            assert values[: len(known)] == known, f"{column}: what has no figure comes last"
            assert known == sorted(known, reverse=order == "descending"), f"{column} {order}: {known}"
        assert sorted(orders) == ["ascending", "descending"], orders
    page.unroute("**/status")
    page.click("#pause")
    page.click("#span button:has-text('Last minute')")


def filters(watch, rows, names):
    page = watch.page
    every = len(watch.texts(names))
    page.fill("#filter", "store registry")
    some = watch.texts(names)
    assert 0 < len(some) < every and all("store::registry" in name for name in some), some
    assert watch.texts("#functions-count")[0].startswith(f"{len(some)} of ")
    # Said to whoever cannot see it, and only where it was asked for.
    assert page.text_content("#functions-said") == watch.texts("#functions-count")[0]
    page.fill("#filter", "agent ANALYST draft")
    assert watch.texts(names) == ["agents::analyst::Analyst::draft"], watch.texts(names)
    page.fill("#filter", "nothing like this")
    assert watch.texts(names) == [] and watch.texts("#functions-scroll .empty")
    page.fill("#filter", "")
    page.click("#only button:has-text('Never called')")
    assert set(watch.texts(f"{rows} td.c-calls")) == {"0"}
    page.click("#span button:has-text('Since start')")
    page.click("#only button:has-text('Failing')")
    failing = watch.texts(names)
    assert "agents::llm::client::Model::complete" in failing and len(failing) < every, failing
    page.click("#only button:has-text('Failing')")
    page.click("#span button:has-text('Last minute')")
    assert len(watch.texts(names)) == every


def opens_a_function(watch, names):
    """By a click and by the keyboard, and back."""
    page = watch.page
    name = "agents::reader::load"
    link = page.locator(f"table.functions a[title='{name}']")
    for act in (link.click, lambda: (link.focus(), page.keyboard.press("Enter"))):
        act()
        page.wait_for_selector("#function .tiles li")
        assert page.url.endswith("#/function/agents%3A%3Areader%3A%3Aload"), page.url
        assert page.locator("#function h2").text_content() == name
        assert page.evaluate("document.activeElement.tagName") == "H2"
        assert not watch.texts(names), "the table goes"
        page.wait_for_selector(COLUMN)
        assert "Histogram of " in page.locator("svg.histogram").get_attribute("aria-label")
        assert "examples/agents/reader.rs:" in watch.texts("#function .about")[0]
        assert [text.split("\u202f")[0] for text in watch.texts("#function .bars .what")][:4] == ["ok", "error", "panic", "cancelled"]
        page.go_back()
        page.wait_for_selector("table.functions")
        assert page.evaluate("document.activeElement.title") == name, "focus is where it was"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('tbody') !== null"), "and goes on from there"


def overlapping(page, selector):
    """Texts that lie over one another."""
    return page.eval_on_selector_all(selector, """all => {
        const boxes = all.filter((each) => each.textContent).map((each) => {
            const range = document.createRange();
            range.selectNodeContents(each);
            return [each.textContent, range.getBoundingClientRect()];
        });
        return boxes.flatMap(([text, one], index) => boxes.slice(index + 1).filter(([, other]) =>
            one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom).map(([other]) => [text, other]));
    }""")


def seconds(window):
    """`5m`, `1h24m`, `30d`."""
    units = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
    return sum(int(number) * units[unit] for number, unit in re.findall(r"(\d+)([smhd])", window))


def tells_burn_rates_of(watch):
    """Windows of 7 days have two units: the shortest first, and those that are longer than the program ran apart."""
    texts = watch.texts("#function .slos .burn")
    up = data(watch)["uptime_seconds"]
    for text in texts:
        full, so_far = text.partition("burn rate ")[2].split("so far:")
        full, so_far = (re.findall(r"((?:\d+[smhd])+) [\d.]+×", part) for part in (full, so_far))
        windows = full + so_far
        assert {"1m10s", "14m", "1h24m"} <= set(windows), text
        assert windows == sorted(windows, key=seconds), text
        assert all(seconds(window) <= up for window in full), f"{text} after {up} s"
        # What is shown may be of an answer or two before.
        assert all(seconds(window) > up - 5 for window in so_far), f"{text} after {up} s"
    assert len(texts) == 2, texts


def tells_of_a_function(watch):
    page = watch.page
    watch.until(lambda: watch.texts("#function table code"), "traces are shown")
    traces = watch.texts("#function table code")
    assert all(len(trace) == 32 and int(trace, 16) for trace in traces), traces
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    # Others come each second.
    page.click("#pause")
    copy = page.locator("#function table .copyable").first
    trace = copy.locator("code").text_content()
    copy.locator("button").click()
    page.wait_for_selector("text=Copied")
    assert page.evaluate("navigator.clipboard.readText()") == trace
    page.click("#pause")
    assert len(page.locator("#function [role=meter]").all()) == 2
    assert {"Unwilling", "Unable"} <= set(watch.texts("#function .bars .what"))
    text = page.locator("#function").text_content()
    assert "way=Around" in text and "deadline 1\u202fmin" in text, text
    assert " · success" in text, text
    tells_burn_rates_of(watch)
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        watch.until(lambda: not overlapping(page, ".marks li") and not overlapping(page, ".bounds li"), f"no name covers another at {size}", 5)
    marks = page.eval_on_selector_all(".marks li", "all => all.map((each) => [each.textContent, parseFloat(each.style.getPropertyValue('--at'))])")
    assert [name for name, _ in marks if "SLO" not in name] == ["p50", "p95", "p99"], marks
    before = watch.texts("#function .tiles li:first-child .note")
    watch.until(lambda: watch.texts("#function .tiles li:first-child .note") != before, "it is live")
    page.click("#function summary")
    assert watch.texts("#function details tbody tr")


def themes(watch):
    """The button beats what the system says, and is remembered."""
    page = watch.page
    assert background(page) < 128
    for said, is_dark in (("Theme: light", False), ("Theme: dark", True), ("Theme: auto", True), ("Theme: light", False)):
        page.click("#theme")
        assert watch.texts("#theme") == [said]
        assert (background(page) < 128) == is_dark, said
    page.reload()
    page.wait_for_selector("table.functions tbody tr")
    assert background(page) >= 128 and watch.texts("#theme") == ["Theme: light"]
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


HIDE = "(is) => { Object.defineProperty(document, 'hidden', { value: is, configurable: true }); document.dispatchEvent(new Event('visibilitychange')); }"


def up(watch):
    return watch.texts("#facts dd")[0]


def pauses(watch):
    page = watch.page
    before = up(watch)
    watch.until(lambda: up(watch) != before, "the page is live")
    # What is under way by then is not shown any more.
    held = []
    page.route("**/status", lambda route: held.append(route), times=1)
    watch.until(lambda: held, "it asks")
    before = up(watch)
    page.click("#pause")
    assert page.get_attribute("#pause", "aria-pressed") == "true"
    held[0].continue_()
    page.wait_for_timeout(300)
    assert up(watch) == before, "it is paused, and shows another answer"
    asked, before = len(watch.asked), up(watch)
    page.wait_for_timeout(2_100)
    assert (len(watch.asked), up(watch)) == (asked, before), "it is paused"
    assert watch.texts("#updated")[0].startswith("paused"), watch.texts("#updated")
    for hidden in (True, False):
        page.evaluate(HIDE, hidden)
    page.wait_for_timeout(300)
    assert (len(watch.asked), up(watch)) == (asked, before), "it is paused, though somebody looks again"
    page.click("#pause")
    watch.until(lambda: up(watch) != before, "it goes on")


def rests_when_hidden(watch):
    page = watch.page
    page.evaluate(HIDE, True)
    page.wait_for_timeout(300)
    asked = len(watch.asked)
    page.wait_for_timeout(2_100)
    assert len(watch.asked) == asked, "nobody looks, and it asks"
    page.evaluate(HIDE, False)
    watch.until(lambda: len(watch.asked) > asked, "it asks again")


def ticks(watch, number):
    """Milliseconds of scripting for so many answers."""
    return watch.page.evaluate(
        """(number) => new Promise((resolve) => {
            const found = [];
            new PerformanceObserver((list, observer) => {
                found.push(...list.getEntriesByName("observant-tick").map((entry) => entry.duration));
                if (found.length >= number) { observer.disconnect(); resolve(found); }
            }).observe({ type: "measure" });
        })""",
        number,
    )


def formats(watch):
    """Numbers as people read them, by the page's own module."""
    script = "async (cases) => { const f = await import('/status/format.js'); return cases.map(([name, value]) => f[name](value).replaceAll('\\u202f', ' ')); }"
    cases = [
        ("duration", 0, "0 s"), ("duration", 8.5e-7, "850 ns"), ("duration", 1.23e-5, "12.3 µs"), ("duration", 0.0012, "1.2 ms"), ("duration", 9.996e-4, "1 ms"),
        ("duration", 1.254, "1.25 s"), ("duration", 59.96, "1 min 0 s"), ("duration", 125, "2 min 5 s"), ("duration", 93_600, "1 d 2 h"), ("duration", None, "–"),
        ("rate", 340, "340/s"), ("rate", 0, "0"), ("rate", 0.05, "0.05/s"), ("rate", 0.001, "0.06/min"), ("rate", 0.005, "0.005/s"), ("rate", 0.014, "0.014/s"), ("rate", 9_999.5, "10k/s"), ("rate", 1_234_567, "1.23M/s"),
        ("percent", 0.004, "0.4 %"), ("percent", 0, "0 %"), ("percent", 0.0000001, "<0.01 %"), ("percent", 1, "100 %"),
        ("percent", 0.999, "99.9 %"), ("percent", 0.9996, "99.96 %"), ("percent", 0.9994, "99.94 %"), ("percent", 0.99999, ">99.99 %"), ("percent", 0.0004, "0.04 %"),
        ("percent", 0.95, "95 %"), ("percent", 0.123, "12 %"), ("percent", 1.00001, ">100 %"), ("percent", 1.5, "150 %"),
        ("exactly", 0.999, "99.9 %"), ("exactly", 0.99995, "99.995 %"), ("exactly", 0.95, "95 %"), ("percent", None, "–"),
        ("exactly", 0.999999999, "99.9999999 %"), ("exactly", 0.99999999999, "99.999999999 %"), ("exactly", 1 - 2**-53, ">99.999999999 %"), ("exactly", 1, "100 %"), ("exactly", 0.07, "7 %"), ("exactly", 0.9973, "99.73 %"),
        ("bytes", 1_300_000, "1.3 MB"), ("bytes", 999, "999 B"), ("bytes", 999_999, "1 MB"),
        ("dollars", 0.0123, "$0.0123"), ("dollars", 1234.5, "$1,234.50"), ("dollars", 0.0000273, "$0.0000273"), ("dollars", 0, "$0"), ("dollars", 1.7976931348623157e308, "$1.8e+308"), ("dollars", 999_999_999_999, "$999,999,999,999.00"),
        ("count", 9_999, "9,999"), ("count", 56_700, "56.7k"), ("count", 9_999.5, "10k"), ("count", 1_234.5, "1,235"), ("count", 999_960, "1M"), ("span", 3.9, "3 s"), ("span", 3_600, "1 h 0 min"),
    ]
    said = watch.page.evaluate(script, [[name, value] for name, value, _ in cases])
    wrong = [(name, value, text, now) for (name, value, text), now in zip(cases, said) if now != text]
    assert not wrong, wrong


def tells_fast_calls_apart(watch):
    """Calls of nanoseconds are many columns, too, and what is promised is beside them or pointed to."""
    page = watch.page
    page.evaluate("location.hash = '#/function/observant_fixture_many%3A%3Am1%3A%3Af05'")
    page.wait_for_selector(COLUMN)
    heights = page.eval_on_selector_all("svg.histogram rect", "all => all.map((each) => Number(each.getAttribute('height')))")
    assert sum(height > 0 for height in heights) >= 4 and len(heights) <= 40, heights
    marks = page.eval_on_selector_all(".marks li", "all => all.map((each) => parseFloat(each.style.getPropertyValue('--at')))")
    # Nearly all of them may have taken one and the same turn of the clock.
    assert len(marks) == 3 and 0 < marks[0] <= marks[-1] < 100, marks
    page.click("#function summary")
    # A column may have come meanwhile.
    page.click("#pause")
    heights = page.eval_on_selector_all("svg.histogram rect", "all => all.map((each) => Number(each.getAttribute('height')))")
    rows = watch.texts("#function details tbody th, #function details tbody td:first-child")
    assert any("ns" in row or "\u202fµs" in row for row in rows) and len(rows) == len(heights), rows
    page.click("#pause")
    page.evaluate("location.hash = ''")
    script = """async (cases) => {
        const { columnsOf, placeOf } = await import('/status/buckets.js');
        return cases.map(([low, high, wanted, value, zero]) => {
            const factor = 2 ** 0.125;
            const buckets = zero ? [{ gt: 0, le: low, count: 3 }] : [];
            for (let gt = low; gt < high * 0.999; gt *= factor) buckets.push({ gt, le: gt * factor, count: 3 });
            const columns = columnsOf(buckets, wanted);
            const sum = columns.reduce((sum, { count }) => sum + count, 0);
            const straight = columns.slice(1).every(({ gt }, index) => Math.abs(gt / columns[index].le - 1) < 1e-9);
            return [columns.length, sum / 3 - buckets.length, straight, Math.round(placeOf(value, columns) * 10) / 10];
        });
    }"""
    said = page.evaluate(script, [
        # One octave, and nothing promised: eight columns between two empty ones.
        [1e-6, 2e-6, None, 2e-6],
        [1e-6, 2e-6, 4e-6, 4e-6],
        # Promised far away: at the edge, and nothing goes half of the way.
        [1e-6, 2e-6, 1, 1],
        [1e-3, 2e-3, 1e-9, 1e-9],
        # Twenty octaves: two columns each, and an empty one below and above.
        [2**-20, 1, None, 2**-10],
        # Calls of next to no time, and eight octaves of others: nothing is below the column that begins at 0.
        [2**-28, 2**-20, None, 2**-24, True],
        [2**-28, 2**-20, None, 1e-9, True],
    ])
    promised = [[10, 0, True, 9], [17, 0, True, 17], [10, 0, True, 10], [10, 0, True, 0], [22, 0, True, 11]]
    assert said == [*promised, [34, 0, True, 16.5], [34, 0, True, 0]], said
