"""Drawing many photos at once: each core takes its share of the sellers.

Separate processes, started by command rather than by forking, so that a web server with
threads can draw too, and none of its modules is imported anew.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from queue import Queue
from threading import Thread

from core.catalog.sample import faults
from core.catalog.sample.plan import Item, plan
from core.catalog.sample.studio import photo_of
from core.errors import StorageError

ROOT = Path(__file__).resolve().parents[3]
ALONE = 40
"""So few photos are not worth a second process."""


def photograph(images: Path, seed: int, items: int) -> Iterator[tuple[str, str]]:
    """Draw the photo of every item that is no copy of another, in any order.

    Args:
        images: the folder for the photos, which exists.
        seed, items: of the plan.

    Yields:
        (item id, name of its cloth's colour) for each photo written.
    """
    parts = 1 if items <= ALONE else max(1, os.cpu_count() or 1)
    if parts == 1:
        yield from work(images, seed, items, 0, 1)
        return
    workers = [_start(images, seed, items, part, parts) for part in range(parts)]
    lines: Queue = Queue()
    for worker in workers:
        Thread(target=_listen, args=(worker, lines), daemon=True).start()
    try:
        left = parts
        while left:
            line = lines.get()
            if line is None:
                left -= 1
            else:
                yield tuple(line.rstrip("\n").split("\t"))
        _all_well(workers, images)
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()


def _start(images: Path, seed: int, items: int, part: int, parts: int) -> subprocess.Popen:
    arguments = [str(images), *map(str, (seed, items, part, parts))]
    return subprocess.Popen(
        [sys.executable, "-m", "core.catalog.sample.crew", *arguments],
        cwd=ROOT,
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )


def _listen(worker: subprocess.Popen, lines: Queue) -> None:
    for line in worker.stdout:
        lines.put(line)
    lines.put(None)


def _all_well(workers: list[subprocess.Popen], images: Path) -> None:
    codes = [worker.wait() for worker in workers]
    if any(codes):
        raise StorageError(
            f"the sample's photos could not be drawn into {images.parent} (a drawing process"
            f" ended with {max(codes, key=abs)}); look for free disk space and memory, then try"
            " again"
        )


def originals(seed: int, items: int) -> list[Item]:
    """The items with a photo of their own, seller by seller, so that a room is drawn once."""
    listed, planted = faults.plant(seed, plan(seed, items))
    copies = {entry["item"] for entry in planted.duplicate_photos + planted.near_duplicates}
    return sorted(
        (item for item in listed if item.item_id not in copies),
        key=lambda item: (item.seller.number, item.number),
    )


def work(images: Path, seed: int, items: int, part: int, parts: int) -> Iterator[tuple[str, str]]:
    """Draw one share of the photos; yields (item id, colour) after each."""
    mine = originals(seed, items)
    for item in mine[len(mine) * part // parts : len(mine) * (part + 1) // parts]:
        photo, colour = photo_of(seed, item)
        (images / item.image).write_bytes(photo)
        yield item.item_id, colour


if __name__ == "__main__":
    folder, *numbers = sys.argv[1:]
    for item_id, colour in work(Path(folder), *map(int, numbers)):
        print(item_id, colour, sep="\t", flush=True)
