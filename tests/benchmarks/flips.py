"""First page of photos that change sides at a cut, over HTTP, in a catalog of a million items.

Run: ``python -m tests.benchmarks.flips [ITEMS]``. The workspace is made from arrays and has no
photos; what is measured is the whole answer of the server once the workspace is open.
"""

import statistics
import sys
import tempfile
from pathlib import Path

import numpy as np
from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.benchmarks.measure import seconds, verdict
from tests.webapp.answered import answered_workspace
from webapp.actions.served import Served
from webapp.flips import flips_router

CUTS = (0.499, 0.45, 0.3, 0.9, 0.0, 1.0)
TIMES = 7


def main(items: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        root = answered_workspace(
            Path(folder) / "big", items=items, photos=False, splits=["heldout"] * items,
            scores=np.random.default_rng(1).random((items, 3)),
        ).root
        client = TestClient(FastAPI(routes=flips_router(Served([root])).routes))
        place = {"workspace": "big", "model": "paint", "tag": "floral", "saved": 0.5}

        def ask(**words) -> dict:
            return client.get("/thresholds/flips", params={**place, **words}).json()

        print(f"{items:,} items; opening and joining takes {seconds(lambda: ask(cut=0.4)):.1f} s")
        good = True
        for cut in CUTS:
            found = ask(cut=cut)
            moved = found["gained"] + found["lost"]
            times = [seconds(lambda: ask(cut=cut, of="wrong", at=n % 2)) for n in range(TIMES)]
            good &= verdict(f"cut 0.5 to {cut}, {moved:,} change sides, first pages of the wrong",
                            1000 * statistics.median(times), 300, at_least=False, unit=" ms")
        return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000))
