"""Plays one scenario on the live page of programs at given addresses: drive.py SCENARIO ADDRESS.."""

import sys
import time

import answers
import cases
from browser import NARROW, WIDE, background, chromium, watched
from cases import NAMES, ROWS

VIEWS = [(size, scheme) for size in (WIDE, NARROW) for scheme in ("light", "dark")]
# Where the same things are looked at in all of them elsewhere.
TWO = [VIEWS[0], VIEWS[3]]


def loaded(watch):
    watch.page.wait_for_selector(ROWS)


def in_every_shape(watch, what, views=VIEWS):
    """At both widths, in both schemes: nothing is cut off, and axe finds nothing, once in each scheme and at each width."""
    schemes = {WIDE["width"]: "light", NARROW["width"]: "dark"}
    for size, scheme in views:
        watch.page.set_viewport_size(size)
        watch.page.emulate_media(color_scheme=scheme)
        watch.fits(f"{what} at {size['width']}, {scheme}")
        if schemes[size["width"]] == scheme:
            watch.axe(f"{what} at {size['width']}, {scheme}")
        is_dark = background(watch.page) < 128
        assert is_dark == (scheme == "dark"), f"{what} is not {scheme}"
    watch.page.set_viewport_size(WIDE)
    watch.page.emulate_media(color_scheme="light")


def agents(browser, address):
    # Until the check has failed often enough, there is time for this.
    with watched(browser, f"http://{address}/status", color_scheme="dark") as watch:
        watch.open()
        loaded(watch)
        cases.themes(watch)
        cases.pauses(watch)
        cases.rests_when_hidden(watch)
    with watched(browser, f"http://{address}/status") as watch:
        page = watch.open()
        loaded(watch)
        cases.sorts_by_every_column(watch, NAMES)
        cases.filters(watch, ROWS, NAMES)
        cases.opens_a_function(watch, NAMES)
        watch.until(lambda: watch.texts("#verdict .is-fail"), "the verdict is a failure", 90)
        assert page.title().startswith("✕ "), page.title()
        # What is slow, what fails, what costs, without scrolling.
        cards = dict(zip(watch.texts(".card h2"), watch.texts(".card .figure")))
        assert list(cards) == ["What is slow", "What fails", "What costs"], cards
        assert cards["What costs"].startswith("$0."), cards
        assert "check fails" in cards["What fails"] or "checks fail" in cards["What fails"], cards
        assert page.locator(".card", has_text="What fails").locator("li").first.text_content() == "storefail"
        assert page.locator(".card.failing").count() == 1
        assert any(row.startswith("store") for row in watch.texts(".card li")), watch.texts(".card li")
        assert page.locator("#glance").bounding_box()["y"] < 200
        bar = page.locator(".checks li", has_text="store").locator("svg")
        assert "fail from" in bar.get_attribute("aria-label"), bar.get_attribute("aria-label")
        assert "failures" in page.locator("#runs").text_content().lower()
        assert watch.texts("#settings tbody tr th")[0] == "listen"
        assert "env OBSERVANT_LISTEN" in watch.texts("#settings tbody tr")[0]
        assert len(watch.texts("#system .tiles .figure")) >= 4
        assert watch.texts("#export .empty")[0].startswith("Nothing is sent anywhere")
        watch.axe("the whole with all of its functions")
        # A row more tells axe nothing, and costs it its time.
        page.fill("#filter", "store registry")
        in_every_shape(watch, "the whole")
        page.set_viewport_size(NARROW)
        shown = watch.texts("table.functions thead th")
        assert shown[:4] == ["Function", "Rate", "Errors", "since start p95"], shown
        page.set_viewport_size(WIDE)
        page.goto(watch.base + "#/function/agents%3A%3Aorchestrator%3A%3Atask%3A%3Aperform")
        page.wait_for_selector(cases.COLUMN)
        in_every_shape(watch, "a function")
        assert "mode=Drill" in page.locator("#function").text_content()
        watch.expected = ("status of 404",)
        page.goto(watch.base + "#/function/no%3A%3Asuch")
        page.wait_for_selector("text=no such function")


def work(browser, address):
    with watched(browser, f"http://{address}/status") as watch:
        page = watch.open()
        loaded(watch)
        watch.until(lambda: watch.texts("#runs tbody tr"), "a run is shown")
        kinds = {"agent", "task", "workflow"}
        watch.until(lambda: kinds <= {row.split()[0] for row in watch.texts("#runs tbody tr th")}, "each kind is at work")
        assert any(text != "–" for text in watch.texts(f"{ROWS} td.c-flight"))
        before = watch.texts("#runs tbody tr")
        page.evaluate("document.querySelector('#runs tbody th .run').mine = true")
        watch.until(lambda: watch.texts("#runs tbody tr") != before, "runs grow older")
        assert page.evaluate("document.querySelector('#runs tbody th .run').mine"), "what somebody selects stays"
        page.fill("#filter", "review")
        in_every_shape(watch, "agents at work", TWO)


def many(browser, address):
    with watched(browser, f"http://{address}/status") as watch:
        page = watch.open()
        loaded(watch)
        cases.formats(watch)
        answers.remembers_one_life(watch)
        assert len(watch.texts(NAMES)) == 1001
        assert "1,001 functions" in watch.texts("#functions-count")
        # Nothing is reloaded, and the figures go on.
        page.evaluate("globalThis.mine = true")
        page.fill("#filter", "promise")
        assert watch.texts(NAMES) == ["observant_fixture_many::promise"]
        cell = f"{ROWS} td.c-calls"
        before = watch.texts(cell)
        watch.until(lambda: watch.texts(cell) != before, "a counter goes on")
        assert page.evaluate("globalThis.mine"), "it was reloaded"
        watch.until(lambda: "/s" in watch.texts(f"{ROWS} td.c-rate")[0], "there is a rate")
        assert page.locator(f"{ROWS} .spark .line").first.get_attribute("d").startswith("M")
        page.fill("#filter", "")
        ticks = cases.ticks(watch, 6)
        print(f"ms of scripting an answer, 1,001 functions: {[round(tick, 1) for tick in ticks]}")
        # What is slow is slow each time; a machine that is busy with other things, now and then.
        assert min(ticks) < 50, ticks
        # As many as this are called, and the rest is known as well.
        page.click("#only button:has-text('Never called')")
        assert len(watch.texts(NAMES)) == 101, len(watch.texts(NAMES))
        page.click("#only button:has-text('Never called')")
        notice = watch.texts("#banner p")
        assert any("off" in text for text in notice), notice
        page.fill("#filter", "f00")
        assert page.locator(f"{ROWS}.off").count() == 1
        in_every_shape(watch, "a banner", TWO)
        watch.until(lambda: "traces" in " ".join(watch.texts("#export li")), "the exporter is shown")
        assert watch.texts("#slos li"), "SLOs are shown"
        cases.tells_fast_calls_apart(watch)
        page.goto(watch.base + "#/function/observant_fixture_many%3A%3Apromise")
        # Without a thousand rows that are hidden, and that axe goes through all the same.
        page.reload()
        page.wait_for_selector(cases.COLUMN)
        cases.tells_of_a_function(watch)
        in_every_shape(watch, "a function with SLOs")


def prefix(browser, address):
    with watched(browser, f"http://{address}/internal/status") as watch:
        page = watch.open()
        loaded(watch)
        assert watch.texts(NAMES) == ["observant_example_axum::greet"], watch.texts(NAMES)
        page.click(NAMES)
        page.wait_for_selector("#function .tiles li")
        page.goto(f"{watch.base}?function=observant_example_axum::greet")
        page.wait_for_selector("#function .tiles li")
        assert page.url == f"{watch.base}#/function/observant_example_axum%3A%3Agreet", page.url
        assert watch.texts("#service") == ["observant-example-axum"], watch.texts("#service")
        paths = {url.removeprefix(f"http://{address}") for url in watch.asked}
        assert all(path.startswith("/internal/status") for path in paths), paths
        assert "/internal/status/page.js" in paths, paths


def proxied(browser, address):
    unauthorized = ("status of 401",)
    with watched(browser, f"http://{address}/observant/status", unauthorized) as watch:
        page = watch.open()
        page.wait_for_selector("#token:not([hidden])")
        page.fill("#token-value", "s3cret")
        page.keyboard.press("Enter")
        loaded(watch)
        name = watch.texts(NAMES)[0]
        page.locator(NAMES).first.click()
        page.wait_for_selector("#function .tiles li")
        assert name.rsplit("::")[-1] in page.locator("#function h2").first.text_content()
        paths = {url.removeprefix(f"http://{address}") for url in watch.asked}
        assert all(path.startswith("/observant/status") for path in paths), paths


def away(browser, guarded, open_):
    elsewhere = {"X-Forwarded-For": "192.0.2.7"}
    unauthorized = ("status of 401", "ERR_CONNECTION_REFUSED")
    with watched(browser, f"http://{guarded}/status", unauthorized, extra_http_headers=elsewhere) as watch:
        page = watch.open()
        page.wait_for_selector("#token:not([hidden])")
        assert page.evaluate("document.activeElement.id") == "token-value"
        in_every_shape(watch, "the prompt for the token")
        asked = len(watch.asked)
        page.wait_for_timeout(1_500)
        assert len(watch.asked) == asked, "it asks without a token"
        page.fill("#token-value", "gu\u00e9ss")
        page.keyboard.press("Enter")
        assert "ASCII" in watch.texts("#token-wrong")[0]
        assert len(watch.asked) == asked, "it is not even sent"
        page.fill("#token-value", "guess")
        page.keyboard.press("Enter")
        page.wait_for_selector("text=This is not the token.")
        watch.axe("a wrong token")
        # It is away for a while, and back: what was said of that goes.
        page.route("**/status", lambda route: route.abort("connectionrefused"))
        page.evaluate("location.hash = '#/function/any'")
        page.wait_for_selector("#banner .error")
        assert not watch.texts("#function") and not watch.texts("#facts")
        page.unroute("**/status")
        watch.until(lambda: not watch.texts("#banner p"), "it is well again")
        assert watch.texts("#token") and page.locator("body.stale").count() == 0
        # Whoever types while a question without a token is on its way: its answer says nothing about this one.
        held = []
        page.route("**/status", lambda route: held.append(route), times=1)
        page.evaluate("location.hash = ''")
        watch.until(lambda: held, "it asks for the overview")
        page.fill("#token-value", " s3cret ")
        page.keyboard.press("Enter")
        held[0].continue_()
        loaded(watch)
        assert not watch.texts("#token"), "the prompt goes"
        page.reload()
        loaded(watch)
        assert page.evaluate("Object.keys(localStorage)") == []
        assert "s3cret" not in page.content() and "s3cret" not in page.url
    with watched(browser, f"http://{open_}/status", extra_http_headers=elsewhere) as watch:
        page = watch.open()
        page.wait_for_selector("#banner p")
        assert "summary" in watch.texts("#banner p")[0], watch.texts("#banner p")
        assert watch.texts("#verdict .badge") and not watch.texts(ROWS)
        in_every_shape(watch, "the summary", TWO)


def trouble(browser, address):
    refused = ("ERR_CONNECTION_REFUSED", "ERR_FAILED", "flatMap is not a function")
    with watched(browser, f"http://{address}/status", refused) as watch:
        page = watch.open()
        loaded(watch)
        assert not watch.texts("#banner p"), watch.texts("#banner p")
        attempts = []
        page.route("**/status", lambda route: (attempts.append(time.monotonic()), route.abort("connectionrefused")))
        page.wait_for_selector("#banner .error")
        assert "cannot be reached" in watch.texts("#banner p")[0]
        assert page.locator("body.stale").count() == 1
        in_every_shape(watch, "a program that is gone", TWO)
        watch.until(lambda: time.monotonic() > attempts[0] + 5, "5 s have passed")
        asked = [at - attempts[0] for at in attempts if at < attempts[0] + 5]
        assert len(asked) <= 3, f"attempts in 5 s: {asked}"
        # Whoever goes on after a pause asks at once, which would be one more.
        assert "next attempt" in watch.texts("#banner p")[0]
        page.click("#pause")
        assert "next attempt" not in watch.texts("#banner p")[0]
        page.click("#pause")
        page.unroute("**/status")
        watch.until(lambda: not watch.texts("#banner p"), "it is well again", 25)
        assert page.locator("body.stale").count() == 0
        answers.starts_anew(watch)
        answers.draws_what_can_be_drawn(watch)


def made_up(browser, address):
    with watched(browser, f"http://{address}/status") as watch:
        watch.open()
        loaded(watch)
        answers.keeps_what_stays(watch)
        answers.shows_all_while_paused(watch)
        answers.orders_again(watch)
        answers.stays_where_it_is(watch)
        answers.tells_of_this_function(watch)
        answers.tells_nobody_of_before(watch)
    with watched(browser, f"http://{address}/status", ("status of 404",)) as watch:
        answers.counts_no_time_twice(watch)


if __name__ == "__main__":
    scenarios = {each.__name__: each for each in (agents, work, many, prefix, proxied, away, trouble, made_up)}
    with chromium() as browser:
        scenarios[sys.argv[1]](browser, *sys.argv[2:])
