"""``predict`` over 2,000 photos against a plain loop; memory at 2,000 and at 20,000.

Run as ``python -m tests.benchmarks.batch [--memory]``. The plain loop is what one would
write first: Pillow opens, turns to RGB and resizes each photo, then ``model.predict`` in
batches of 32, on the same weights. Both run in processes of their own, in turns, so that
other load strikes both alike; opening the model is not counted on either side.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PIL import Image

from core.model.card import read_card
from core.predictions.pipeline import Job
from core.predictions.run import run_model
from tests.benchmarks.measure import peak_megabytes, verdict
from tests.benchmarks.photos import ROOT, some_photos
from tests.benchmarks.twin import keras_network

PHOTOS, MANY, BATCH, ROUNDS = 2_000, 20_000, 32, 3
WANTED, MOST_MEGABYTES = 2.5, 1200.0


def jobs(count: int) -> list[Job]:
    """``count`` items; where there are fewer photos, several items share one."""
    photos = some_photos()
    return [Job(f"item {n}", photos[n % len(photos)]) for n in range(count)]


def plain_loop(model: Path, todo: Iterable[Job]) -> float:
    """Seconds of the loop that one would write first."""
    network = keras_network(model)
    height, width = network.input_shape[1:3]
    network.predict(np.zeros((BATCH, height, width, 3), np.uint8), verbose=0)
    todo, started = list(todo), time.perf_counter()
    for first in range(0, len(todo), BATCH):
        photos = [
            np.asarray(Image.open(job.photo).convert("RGB").resize((width, height)))
            for job in todo[first : first + BATCH]
        ]
        network.predict(np.stack(photos), batch_size=BATCH, verbose=0)
    return time.perf_counter() - started


def pipeline(model: Path, todo: Iterable[Job]) -> float:
    """Seconds of ``predict``, shards and all."""
    out = Path(tempfile.mkdtemp(dir=model.parent))
    try:
        return run_model(model, read_card(model).asked, list(todo), out).seconds
    finally:
        shutil.rmtree(out)


def in_own_process(what: str, model: Path, count: int) -> dict:
    """Run ``what`` in a fresh interpreter; its seconds and its peak of memory in MB."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.batch", "--only", what, str(model), str(count)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True, text=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def only(what: str, model: str, count: str) -> None:
    call = {"plain": plain_loop, "pipeline": pipeline}[what]
    seconds = call(Path(model), jobs(int(count)))
    print(json.dumps({"seconds": seconds, "megabytes": peak_megabytes()}))


def main(memory: bool) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / "twin"
        subprocess.run(
            [sys.executable, "-c", "import sys; from pathlib import Path;"
             " from tests.benchmarks.twin import write_twin; write_twin(Path(sys.argv[1]))",
             str(model)], cwd=ROOT, check=True, stderr=subprocess.DEVNULL,
        )
        rounds = [
            (in_own_process("plain", model, PHOTOS), in_own_process("pipeline", model, PHOTOS))
            for _ in range(ROUNDS)
        ]
        many = in_own_process("pipeline", model, MANY) if memory else None
    plain, piped = ([pair[side]["seconds"] for pair in rounds] for side in (0, 1))
    peak = max(pair[1]["megabytes"] for pair in rounds)
    print(f"{PHOTOS:,} photos, medians of {ROUNDS} rounds in turn:")
    print(f"plain loop {PHOTOS / np.median(plain):,.0f} photos per second"
          f" ({max(pair[0]['megabytes'] for pair in rounds):,.0f} MB),"
          f" predict {PHOTOS / np.median(piped):,.0f} photos per second")
    good = verdict("times faster", float(np.median(np.divide(plain, piped))), WANTED)
    good &= verdict(f"memory at {PHOTOS:,}", peak, MOST_MEGABYTES, at_least=False, unit=" MB")
    if many:
        print(f"{MANY:,} photos: {MANY / many['seconds']:,.0f} photos per second")
        good &= verdict(
            f"memory at {MANY:,}", many["megabytes"], MOST_MEGABYTES, at_least=False, unit=" MB"
        )
    return good


if __name__ == "__main__":
    if sys.argv[1:2] == ["--only"]:
        only(*sys.argv[2:])
    else:
        sys.exit(0 if main("--memory" in sys.argv) else 1)
