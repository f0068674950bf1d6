"""Starting the app as a person does, in a process of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.webapp.wardrobe import wardrobe
from webapp.__main__ import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
BUDGET_MB = 600


@contextmanager
def started(*command: str, **environment: str):
    """A process and the address that it prints."""
    process = subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, env={**os.environ, "PYTHONUNBUFFERED": "1", **environment},
    )
    said = ""
    try:
        for line in process.stdout:
            said += line
            if found := re.search(r"http://[\w.]+:\d+", line):
                break
        else:
            raise AssertionError(f"no address was printed:\n{said}")
        yield process, found[0]
    finally:
        process.kill()
        process.wait()


def get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=30) as answer:
        return answer.read().decode()


def megabytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    return wardrobe(tmp_path_factory.mktemp("main") / "shop")


def test_start__prints_the_address_within_the_budget_and_stops_quietly(shop, page):
    with started("-m", "webapp", str(shop.root)) as (process, address):
        page.goto(address)
        page.get_by_role("heading", name="What goes together").wait_for()
        page.get_by_role("tab", name="Confusion").click()
        page.get_by_role("heading", name="Labels and answers").wait_for()
        assert megabytes(process.pid) < BUDGET_MB
        assert "tensorflow" not in Path(f"/proc/{process.pid}/maps").read_text()
        page.goto("about:blank")
        process.send_signal(signal.SIGINT)
        said = process.stdout.read()
        assert process.wait(timeout=20) == 0
        assert "Traceback" not in said


def test_demo__is_served_by_gradio_alone(shop):
    """As ``gradio webapp/app.py`` and hosted Spaces run it."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    with started("webapp/app.py", FITTING_ROOM_WORKSPACES=str(shop.root),
                 GRADIO_SERVER_PORT=port) as (_, address):
        page = get(address)
        stylesheet = re.search(r'ui/\w+/css/base\.css', page)[0]
        assert ".button" in get(f"{address}/{stylesheet}")
        assert get(f"{address}/download/cell.csv?workspace=shop").startswith("item_id,")


def test_taken_port__is_passed_over_unless_it_was_asked_for(shop):
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        assert free_port("127.0.0.1", taken) > taken
        done = run("-m", "webapp", str(shop.root), "--port", str(taken))
    assert done.returncode == 1
    assert f"error: port {taken} of 127.0.0.1 is taken" in done.stderr


@pytest.mark.parametrize(("arguments", "sentence"), [
    (["/nowhere/at/all"], "there is no folder /nowhere/at/all; make a workspace there"),
    (["--port", "many"], "Invalid value for '--port'"),
])
def test_wrong_arguments__get_one_sentence(arguments, sentence):
    done = run("-m", "webapp", *arguments)
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def run(*command: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True,
                          timeout=120)


def test_progress__is_short_in_a_log(capsys):
    from webapp.__main__ import _Line

    line = _Line("Predicting", "photos")
    for done in range(0, 1001, 10):
        line(done, 1000)
    said = capsys.readouterr().err
    assert said.replace("\r", "").splitlines() == [
        "Predicting: 0 of 1,000 photos", "Predicting: 1,000 of 1,000 photos"]
