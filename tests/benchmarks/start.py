"""From ``python -m webapp`` to the first page in the browser, with the sample drawn before.

Run as ``python -m tests.benchmarks.start``. The browser is open already; the clock runs from
the start of the process until the first page shows its figures.
"""

import os
import signal
import subprocess
import sys
import time

from playwright.sync_api import Page, sync_playwright

from core.commands.opening import open_workspace
from core.predictions.run import predict_workspace
from tests.benchmarks.measure import maps, peak_megabytes, verdict
from tests.benchmarks.photos import ROOT
from tests.webapp.conftest import CHROMIUM, FLAGS

MOST_SECONDS, MOST_MEGABYTES = 10.0, 600.0
PATIENCE = 120
"""Seconds after which a start has failed."""


def main() -> bool:
    sample = open_workspace("sample")
    predict_workspace(sample)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        started = time.perf_counter()
        app = subprocess.Popen(
            [sys.executable, "-m", "webapp"], cwd=ROOT, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        try:
            address = _address(app)
            serving = time.perf_counter() - started
            _first_page(page, address)
            drawn = time.perf_counter() - started
            memory, tensorflow = peak_megabytes(app.pid), maps(app.pid, "tensorflow")
        finally:
            app.send_signal(signal.SIGINT)
            app.wait(timeout=20)
            browser.close()
    print(f"serving after {serving:.1f} s")
    print(f"TensorFlow loaded: {'YES' if tensorflow else 'no'}")
    good = verdict("first page drawn after", drawn, MOST_SECONDS, at_least=False, unit=" s")
    good &= verdict("memory", memory, MOST_MEGABYTES, at_least=False, unit=" MB")
    return good and not tensorflow


def _address(app: subprocess.Popen) -> str:
    """Where the app says that it is."""
    for line in app.stdout:
        if "http://" in line:
            return "http://" + line.split("http://", 1)[1].split()[0]
    raise RuntimeError("the app ended without saying where it is")


def _first_page(page: Page, address: str) -> None:
    """Wait until bars and heatmap of the first page stand on it."""
    page.goto(address, timeout=1000 * PATIENCE)
    for drawn in ("#explore-bars .bar-row", "#explore-pairs table.pairs td"):
        page.wait_for_selector(drawn, timeout=1000 * PATIENCE)


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
