"""A Chromium that watches what a page does, and the ways of looking at it that scenarios share."""

import contextlib
import pathlib
import re
import shutil
import time
from urllib.parse import urlsplit

import axe_playwright_python
from playwright.sync_api import sync_playwright

AXE = (pathlib.Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE = {"width": 1400, "height": 900}
NARROW = {"width": 360, "height": 740}
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "


class Watched:
    """A page with what it said, asked for and violated."""

    def __init__(self, context, base, expected=()):
        self.base = base
        self.expected = expected
        self.said, self.asked, self.waiting, self.most_waiting = [], [], set(), 0
        self.page = context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", self._error)
        self.page.on("request", self._request)
        for event in ("requestfinished", "requestfailed"):
            self.page.on(event, lambda request: self.waiting.discard(request))
        self.page.add_init_script(
            "addEventListener('securitypolicyviolation', (event) =>"
            " console.error(`violated: ${event.violatedDirective} by ${event.blockedURI}`))"
        )

    def _console(self, message):
        text = f"{message.type}: {message.text}"
        if message.type in ("error", "warning") and not any(each in text for each in self.expected):
            self.said.append(text)

    def _error(self, error):
        if not any(each in error.message for each in self.expected):
            self.said.append(f"error: {error.stack}")

    def _request(self, request):
        self.asked.append(request.url)
        if self.is_data(request):
            self.waiting.add(request)
            self.most_waiting = max(self.most_waiting, len(self.waiting))

    @staticmethod
    def is_data(request):
        return request.resource_type == "fetch"

    def open(self, fragment=""):
        response = self.page.goto(self.base + fragment)
        assert response.status == 200, response.status
        policy = response.headers["content-security-policy"]
        assert policy.startswith(POLICY) and "frame-ancestors 'none'" in policy, policy
        assert "unsafe" not in policy, policy
        return self.page

    def check(self):
        """What holds of every page, whatever was done with it."""
        assert not self.said, self.said
        strangers = [url for url in self.asked if urlsplit(url).hostname not in LOOPBACK]
        assert not strangers, strangers
        assert self.most_waiting <= 1, f"{self.most_waiting} requests at one time"

    def axe(self, what):
        """axe finds nothing."""
        page = self.page
        if not page.evaluate("typeof axe !== 'undefined'"):
            page.evaluate(AXE + "; undefined")
        found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
        said = [
            f"{each['id']}: {each['help']}: {node['html'][:200]} {node.get('failureSummary', '')}"
            for each in found["violations"]
            for node in each["nodes"]
        ]
        assert found["passes"], "axe has looked at something"
        assert not said, f"{what}:\n" + "\n".join(said)

    def fits(self, what):
        """Nobody has to scroll sideways."""
        wide, window = self.page.evaluate("[document.scrollingElement.scrollWidth, innerWidth]")
        assert wide <= window, f"{what} is {wide} wide in a window of {window}"

    def texts(self, selector):
        return self.page.eval_on_selector_all(
            selector, "all => all.filter(each => each.checkVisibility()).map(each => each.textContent)"
        )

    def until(self, condition, what, seconds=20):
        end = time.monotonic() + seconds
        while True:
            found = condition()
            if found:
                return found
            assert time.monotonic() < end, f"it never came that {what}"
            self.page.wait_for_timeout(50)


@contextlib.contextmanager
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@contextlib.contextmanager
def watched(browser, base, expected=(), **options):
    """A page in a profile of its own, checked in the end."""
    options = {"viewport": WIDE, "color_scheme": "light", **options}
    with contextlib.closing(browser.new_context(**options)) as context:
        context.set_default_timeout(20_000)
        page = Watched(context, base, expected)
        yield page
        page.check()


def background(page):
    """How bright the ground is, 0 to 255."""
    color = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return sum(map(int, re.findall(r"\d+", color)[:3])) / 3
