"""Several processes write one log at once; one of them is killed."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from core.annotations.log import AnnotationLog
from core.annotations.records import read_records

ROOT = Path(__file__).resolve().parents[3]

WRITER = """
import sys, time
from core.annotations.answer import Answer
from core.annotations.log import AnnotationLog, Voice
url, who, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
log = AnnotationLog(url)
end, n = time.monotonic() + seconds, 0
while time.monotonic() < end:
    voice = Voice(who, "queue:main")
    save = log.append([Answer(f"{who}-{n}", "category", "HATS")], voice, key=f"{who}-{n}")
    if n % 7 == 0:
        log.append([Answer(f"{who}-{n}", "category", "HATS")], voice, key=f"{who}-{n}")  # sent again
    if n % 11 == 0:
        log.undo(log.append([Answer("shared", "category", "BAGS")], voice), voice)
    print(n, flush=True)  # acknowledged
    n += 1
"""


def start(url: str, who: str, seconds: float) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, url, who, str(seconds)], cwd=ROOT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )


def saved(url: str) -> Counter:
    log = AnnotationLog(url)
    records = read_records(log)
    log.close()
    return Counter(records.items[records.item])


def test_four_annotators_at_once__lose_and_double_nothing(tmp_path):
    url = f"sqlite:///{tmp_path / 'annotations.db'}"  # made by whoever comes first
    writers = {who: start(url, who, 3) for who in ("ann", "bob", "cem", "dee")}

    acknowledged = set()
    for who, process in writers.items():
        said, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
        acknowledged |= {f"{who}-{n}" for n in said.split()}

    found = saved(url)
    assert set(found) == acknowledged
    assert set(found.values()) == {1}
    assert len(acknowledged) >= 40


def test_killed_writer__keeps_every_acknowledged_answer(tmp_path):
    url = f"sqlite:///{tmp_path / 'annotations.db'}"
    process = start(url, "ann", 60)
    acknowledged = [process.stdout.readline().strip() for _ in range(25)]
    time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    acknowledged += process.stdout.read().split()  # communicate() would skip what readline buffered
    process.stderr.close()
    process.wait()

    found = saved(url)
    found.pop("shared", None)  # a killed writer may leave this one marked and not yet taken back

    assert {f"ann-{n}" for n in acknowledged} <= set(found)
    assert len(found) <= len(acknowledged) + 1  # at most the one that was on its way
    assert set(found.values()) == {1}
    again = start(url, "bob", 0.3)
    assert again.communicate(timeout=60)[1] == "" and again.returncode == 0
