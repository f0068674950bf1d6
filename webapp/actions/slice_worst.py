"""The worst slices of what is looked at, and the photo measures that some of them rest on."""

from dataclasses import dataclass

from core.audit.measures import measure_photos, measures_stamp, unmeasured
from core.metrics.slices.worst import FLOOR, Search, worst_slices
from core.progress import Progress, silent
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
    """The worst slices; the last run where a search takes longer; None without answers."""
    if asked_of(opened, session) is None:
        return None
    what = searching_key(opened, session)
    if len(judged_side(opened, session.part)) <= AT_ONCE:
        return opened.remember(what, lambda: _search(opened, session, silent))
    found = opened.known(what)
    last = jobs.known(what)
    if found is not None or last is None:
        return found or search_again(opened, session, jobs)
    ended_well = not (last.running or last.error or last.stop.is_set())
    return search_again(opened, session, jobs) if ended_well else last


def search_again(opened: Opened, session: Session, jobs: Jobs) -> Job:
    """Search in the background, also after a stop or a failure."""
    what = searching_key(opened, session)

    def work(job: Job) -> None:
        found = _search(opened, session, job.step("Searching"))
        opened.remember(what, lambda: found)

    return jobs.run(what, work)


def _search(opened: Opened, session: Session, progress: Progress) -> Search:
    asked = asked_of(opened, session)
    return worst_slices(judged_side(opened, session.part), asked.key, floor=asked.floor,
                        pairs=asked.pairs, progress=progress)


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
