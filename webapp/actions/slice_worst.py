"""The worst slices of what is looked at, and the photo measures that some of them rest on."""

from dataclasses import dataclass
from typing import Any

from core.audit.measures import measure_photos, measures_stamp, unmeasured
from core.metrics.slices.worst import FLOOR, Search, worst_slices
from webapp.actions.jobs import Job, Jobs
from webapp.actions.judging import judged_side
from webapp.actions.opened import Opened
from webapp.actions.slices import FLOORS, PAGE, share_of
from webapp.session import Session

AT_ONCE = 50_000
"""Items up to which the worst slices are searched while somebody waits."""


@dataclass(frozen=True)
class Asked:
    """What a search for the worst slices is about."""

    key: str
    floor: int
    pairs: bool


def asked_of(opened: Opened, session: Session) -> Asked | None:
    """What the place asks for; None without answers."""
    key, place = share_of(opened, session), session.place(PAGE)
    floor = place.get("floor", "")
    number = int(floor) if floor.isdecimal() and int(floor) in FLOORS else FLOOR
    return None if key is None else Asked(key, number, place.get("pairs") != "no")


def worst_of(opened: Opened, session: Session, jobs: Jobs) -> Search | Job | None:
    """The worst slices; the running search where that takes longer; None without answers."""
    asked = asked_of(opened, session)
    if asked is None:
        return None
    what = ("worst", session.part, asked, measures_stamp(opened.workspace))
    facets = judged_side(opened, session.part)

    def search(progress: Any = lambda done, total: None) -> Search:
        return worst_slices(facets, asked.key, floor=asked.floor, pairs=asked.pairs,
                            progress=progress)

    if len(facets) <= AT_ONCE:
        return opened.remember(what, search)
    found = opened.known(what)
    if found is not None:
        return found
    key = searching_key(opened, session)
    before = jobs.known(key)
    if before is not None and (before.running or before.error or before.stop.is_set()):
        return before

    def work(job: Job) -> None:
        result = search(job.step("Searching"))
        opened.remember(what, lambda: result)

    return jobs.run(key, work)


def measuring_key(opened: Opened) -> tuple:
    return "measures", opened.workspace.root


def waiting_photos(opened: Opened) -> int:
    """How many photos are not measured yet."""
    stamp = measures_stamp(opened.workspace)
    return opened.remember(("unmeasured", stamp),
                           lambda: unmeasured(opened.workspace, opened.catalog))


def measure(opened: Opened, jobs: Jobs) -> Job:
    """Measure the photos in the background."""
    return jobs.run(measuring_key(opened), lambda job: measure_photos(
        opened.workspace, opened.catalog, job.step("Measuring photos")))


def searching_key(opened: Opened, session: Session) -> tuple:
    return ("worst", opened.workspace.root, opened.model, opened.newest, session.part,
            asked_of(opened, session), measures_stamp(opened.workspace))


def cancel(opened: Opened, session: Session, jobs: Jobs) -> None:
    """Stop what runs: a search, or the measuring of photos; what was measured is kept."""
    for key in (searching_key(opened, session), measuring_key(opened)):
        jobs.stop(key)
