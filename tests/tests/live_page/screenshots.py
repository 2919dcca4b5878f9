"""Takes the pictures of README.md: screenshots.py AGENTS WORKSPACE. See scripts/screenshots."""

import http.server
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading

from PIL import Image

from browser import chromium, watched

FUNCTION = "#/function/agents%3A%3Allm%3A%3Aclient%3A%3AModel%3A%3Acomplete"


class Collector(http.server.BaseHTTPRequestHandler):
    """Takes whatever is exported, so that calls are sampled and the exporter has something to show."""

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.send_header("content-type", "application/x-protobuf")
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def take(page, path, height):
    """The upper part of a page, in as few colours as it needs."""
    page.screenshot(path=path, clip={"x": 0, "y": 0, "width": 1400, "height": height})
    picture = Image.open(path).convert("RGB")
    picture.quantize(colors=256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(path, optimize=True)
    size = os.path.getsize(path)
    assert size < 200_000, f"{path} has {size} bytes"
    print(f"{path}: {size} bytes")


def main(agents, workspace):
    images = pathlib.Path(workspace, "docs/images")
    images.mkdir(exist_ok=True)
    collector = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    threading.Thread(target=collector.serve_forever, daemon=True).start()
    environment = {
        **os.environ,
        "OBSERVANT_LISTEN": "127.0.0.1:0",
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{collector.server_port}",
        "OTEL_TRACES_SAMPLER": "parentbased_traceidratio",
        "OTEL_TRACES_SAMPLER_ARG": "0.1",
        "OTEL_BSP_MAX_QUEUE_SIZE": "20000",
        "OTEL_BSP_SCHEDULE_DELAY": "500",
        "OTEL_SERVICE_NAME": "agents",
    }
    with tempfile.TemporaryDirectory() as place:
        command = [agents, workspace, "--again", "1", "--fresh", "--jobs", "2", "--data", place, "--out", f"{place}/report.md"]
        program = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            address = re.search(r"http://([^/]+)/", program.stdout.readline()).group(1)
            threading.Thread(target=program.stdout.read, daemon=True).start()
            with chromium() as browser, watched(browser, f"http://{address}/status", viewport={"width": 1400, "height": 1560}) as watch:
                page = watch.open()
                page.wait_for_selector("table.functions tbody tr")
                page.wait_for_timeout(12_500)
                take(page, images / "status-light.png", 1560)
                page.emulate_media(color_scheme="dark")
                take(page, images / "status-dark.png", 1560)
                page.emulate_media(color_scheme="light")
                page.goto(watch.base + FUNCTION)
                page.wait_for_selector("#function table code")
                page.wait_for_timeout(1_500)
                take(page, images / "status-function.png", 1000)
        finally:
            program.terminate()
            program.wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
