"""A real server and a real browser, which fails on console errors and foreign requests."""

import importlib.util
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = next(filter(os.path.exists, (
    "/usr/bin/chromium-headless-shell", "/usr/bin/chromium")), "/usr/bin/chromium")
"""The shell opens a page in a third of the time: it draws no window around it."""
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]
PATIENCE = 30_000
"""Milliseconds: the machine may be busy."""


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[..., str]]:
    """``serve(root, ...) -> address``: the app on these workspaces, until the run ends."""
    from webapp.actions.served import Served
    from webapp.app import create_app

    running: list[tuple[uvicorn.Server, threading.Thread]] = []
    addresses: dict[tuple[Path, ...], str] = {}

    def start(*roots: Path) -> str:
        if roots in addresses:
            return addresses[roots]
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(
            create_app(Served(roots)), host="127.0.0.1", port=port, log_level="warning",
            timeout_graceful_shutdown=1,
        ))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        deadline = time.monotonic() + 60
        while not server.started and time.monotonic() < deadline:
            time.sleep(0.05)
        assert server.started, "the server did not start within a minute"
        running.append((server, thread))
        addresses[roots] = f"http://127.0.0.1:{port}/"
        return addresses[roots]

    yield start
    for server, _ in running:
        server.should_exit = True
    for _, thread in running:
        thread.join(timeout=5)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(params=[{}])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A fresh page of 1280 x 900; afterwards nothing may have gone wrong in it.

    Parametrize indirectly for other settings of the context:
    ``@pytest.mark.parametrize("page", [{"viewport": PHONE}], indirect=True)``.
    """
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **request.param})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    wrong: list[str] = []
    page.on("console", lambda said: said.type == "error" and wrong.append(f"console: {said.text}"))
    page.on("pageerror", lambda error: wrong.append(f"uncaught: {error}"))
    page.on("request", lambda sent: _is_foreign(sent.url) and wrong.append(f"foreign: {sent.url}"))
    page.on("dialog", lambda dialog: (wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    yield page
    context.close()
    assert not wrong, "\n".join(wrong)


def _is_foreign(url: str) -> bool:
    return not url.startswith(("http://127.0.0.1:", "data:", "blob:"))


@pytest.fixture(scope="session")
def axe() -> Callable[..., list[str]]:
    """``axe(page) -> `` what axe-core finds serious or critical, in words; [] when all is well.

    ``without`` is a CSS selector of what to pass over, such as most rows of a large table.
    """
    package = importlib.util.find_spec("axe_playwright_python")
    script = (Path(package.origin).parent / "axe.min.js").read_text(encoding="utf-8")

    def look(page: Page, without: str | None = None) -> list[str]:
        page.evaluate(script)
        found = page.evaluate(
            "exclude => axe.run(exclude ? {exclude} : document, {resultTypes: ['violations']})",
            [without] if without else None,
        )
        return [
            f"{one['impact']} {one['id']}: {node['target']} {node['failureSummary']}"
            for one in found["violations"] if one["impact"] in ("serious", "critical")
            for node in one["nodes"]
        ]

    return look
