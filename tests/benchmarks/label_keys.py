"""From the key press to the next photo on screen: python -m tests.benchmarks.label_keys

A real browser labels 60 prefetched photos, one a second and then as fast as it can.
"""

import os
import socket
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import uvicorn
from playwright.sync_api import sync_playwright

from core.annotations.records import workspace_records
from core.workspace import Workspace
from tests.webapp.answered import answered_workspace
from tests.webapp.conftest import CHROMIUM, FLAGS

WATCH = """() => {
  window.took = [];
  let pressed = 0;
  document.addEventListener("keydown", (event) => { if (event.key === " ") pressed = event.timeStamp; }, true);
  new MutationObserver(() => {
    const image = document.querySelector(".label-photo img");
    if (!pressed || !image) return;
    const began = pressed;
    pressed = 0;
    image.decode().then(() => requestAnimationFrame(() => requestAnimationFrame(() => window.took.push(performance.now() - began))));
  }).observe(document.querySelector(".label-photo"), {childList: true});
}"""
ITEMS = 60


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["FITTING_ROOM_HOME"] = folder
        for what, pause in (("one a second", 1.0), ("as fast as it can", 0.0)):
            root = answered_workspace(Path(folder) / what, items=ITEMS + 10).root
            measure(what, serve(root), pause)
            records = workspace_records(Workspace.open(root))
            print(f"  answers in the log: {len(np.unique(records.item))} of {ITEMS}")


def serve(root: Path) -> str:
    from webapp.actions.served import Served
    from webapp.app import create_app

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(create_app(Served([root])), port=port,
                                           log_level="warning"))
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.05)
    return f"http://127.0.0.1:{port}/"


def measure(what: str, address: str, pause: float) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(f"{address}?tab=label")
        page.get_by_label("Your name").fill("Ana")
        page.get_by_role("button", name="Start").click()
        page.locator(".label-photo img").wait_for()
        page.wait_for_timeout(1000)
        page.evaluate(WATCH)
        for number in range(ITEMS):
            page.keyboard.press(str(number % 3 + 1))
            page.keyboard.press("Space")
            page.wait_for_timeout(1000 * pause)
        page.wait_for_function("localStorage.getItem('fitting-room-unsent') === '[]'")
        took = np.array(page.evaluate("window.took"))
        print(f"{what}: median {np.median(took):.0f} ms, 95 % within {np.quantile(took, 0.95):.0f}"
              f" ms, longest {took.max():.0f} ms ({len(took)} photos)", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
