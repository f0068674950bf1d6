"""Training a workspace's model, from the first photo decoded to the model in its place."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.catalog.table import data_hash
from core.commands.crossfitting import cross_fit
from core.commands.finishing import Run, write_model
from core.commands.further import read_outside, read_votes, soften, with_blanks, with_kinds
from core.commands.sources import (
    Gathered, gather, of_workspace, require_learnable, require_same_tasks,
    to_fit, with_validation,
)  # fmt: skip
from core.errors import ModelError
from core.files import storage_error, write_json
from core.model import checkpoints, feed
from core.model.course import Course, Data
from core.model.devices import use_gpus
from core.model.network import Network, head_widths, in_float32
from core.model.recipe import Recipe
from core.model.report import Report
from core.model.tensorboard import tensorboard_writer
from core.model.train import fit
from core.model.weights import build_with_weights
from core.workspace import Workspace


@dataclass(frozen=True)
class Further:
    """What joins a workspace's own photos.

    Attributes:
        workspaces: others that ask the same.
        votes: several people's answers.
        outside: photos that show none of the classes, and where they lie (None: beside the
            workspace's own).
        extra: the same, of which an epoch takes ``Recipe.extra_per_epoch``; not judged by.
        label: column of those two files with what the photos show instead, for a helping head.
    """

    workspaces: tuple[Workspace, ...] = ()
    votes: Path | None = None
    outside: tuple[Path, Path | None] | None = None
    extra: tuple[Path, Path | None] | None = None
    label: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Paths as absolute text."""
        def text(path: Path | None) -> str | None:
            return None if path is None else str(Path(path).absolute())

        def pair(given: tuple[Path, Path | None] | None) -> list[str | None] | None:
            return given and [text(given[0]), text(given[1])]

        return {
            "workspaces": [str(workspace.root) for workspace in self.workspaces],
            "votes": text(self.votes),
            "outside": pair(self.outside),
            "extra": pair(self.extra),
            "label": self.label,
        }

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> "Further":
        """What ``to_dict`` gave; opens the workspaces."""
        def pair(given: list[str | None] | None) -> tuple[Path, Path | None] | None:
            return given and (Path(given[0]), given[1] and Path(given[1]))

        return cls(
            tuple(Workspace.open(Path(root)) for root in value["workspaces"]),
            value["votes"] and Path(value["votes"]),
            pair(value["outside"]),
            pair(value["extra"]),
            value["label"],
        )


@dataclass(frozen=True)
class Manner:
    """How a run begins and ends.

    Attributes:
        resume: go on with the interrupted run of that name.
        restart: throw an interrupted run of that name away.
        finish: make a model of the best weights so far, without further epochs.
        use: make it the model in use.
        tensorboard: write logs for TensorBoard.
    """

    resume: bool = False
    restart: bool = False
    finish: bool = False
    use: bool = True
    tensorboard: bool = False


def train_model(
    workspace: Workspace,
    recipe: Recipe,
    name: str,
    further: Further = Further(),
    manner: Manner = Manner(),
    report: Report = Report(),
) -> Path:
    """Train, and return the folder of the new model.

    The folder appears complete, by a rename. Until then the run lies beside it in
    ``.NAME.run``, from where ``resume`` goes on after any interruption.

    Raises:
        ModelError: the name is taken, the data cannot be learned from, the run to resume is
            not there or of other data, or training fails; what was there before is untouched.
        TasksMismatchError: a workspace that is to join asks other questions.
        StorageError: the disk is full.
    """
    target = workspace.new_model_dir(name)
    folder = target.with_name(f".{name}.run")
    if target.exists():
        raise ModelError(
            f"workspace {workspace.name!r} has a model {name!r} already; choose another --name"
        )
    for other in further.workspaces:
        require_same_tasks(workspace, other)
    if manner.resume and not (folder / "run.json").exists():
        raise ModelError(f"there is no interrupted run {name!r} to resume; leave out --resume")
    if manner.resume and further == Further():
        further = Further.from_dict(checkpoints.read_json(folder / "run.json")["further"])
    try:
        with checkpoints.locked(folder):
            _train(workspace, recipe, target, folder, further, manner, report)
        shutil.rmtree(folder, ignore_errors=True)
    except OSError as error:
        raise storage_error(folder, error) from error
    if manner.use:
        Workspace.open(workspace.root).with_settings(model=name)
    return target


def _train(
    workspace: Workspace,
    recipe: Recipe,
    target: Path,
    folder: Path,
    further: Further,
    manner: Manner,
    report: Report,
) -> None:
    use_gpus()
    gathered = gather_all(workspace, further)
    widths = gathered.widths
    recipe = _begun(folder, recipe, gathered, further, manner)
    gathered = with_blanks(gathered, recipe, folder / "blanks")
    photos = feed.decode(
        gathered.everything.paths, recipe.image_size, folder / "photos.npy",
        workers=2 * (os.cpu_count() or 1), progress=report.stage("photos"),
    )  # fmt: skip
    data = to_fit(gathered, photos, recipe)
    require_learnable(data, workspace.tasks.classes, workspace.tasks.tag_names, report)
    network = build_with_weights(recipe, widths)
    report = _with_tensorboard(report, workspace, target.name) if manner.tensorboard else report
    if manner.finish and Course.read(folder).best_file is None:
        raise ModelError(f"run {target.name!r} has no best weights yet; leave out --finish")
    course = fit(network, data, recipe, folder, report, last=0 if manner.finish else None)
    chooser = kept = in_float32(recipe, network, widths)
    if recipe.refit and len(data.validation):
        kept = in_float32(recipe, _refitted(data, gathered, recipe, folder, course, report), widths)
    crossed = cross_fit(kept, data, gathered, recipe, course, report)
    run = Run(
        workspace, target.name, recipe, gathered, photos, kept, chooser, course, report, crossed
    )
    write_model(run, folder / "model")
    os.rename(folder / "model", target)


def _refitted(
    data: Data, gathered: Gathered, recipe: Recipe, folder: Path, course: Course, report: Report
) -> Network:
    """The same fit from the start, on training and validation, for as many epochs as were best."""
    report.note(f"fitting once more, with validation, up to epoch {course.best_epoch}")
    (folder / "refit").mkdir(exist_ok=True)
    network = build_with_weights(recipe, gathered.widths)
    both = with_validation(data, gathered)
    fit(network, both, recipe, folder / "refit", report, last=course.best_epoch)
    return network


def gather_all(workspace: Workspace, further: Further) -> Gathered:
    """Everything that a run learns from or is judged by, photos not yet decoded."""
    own, *others = (of_workspace(w) for w in (workspace, *further.workspaces))
    tasks, catalog, donors = workspace.tasks, own.catalog, 0
    votes = read_votes(further.votes, tasks) if further.votes else None
    if votes is not None:
        own = soften(own, votes)
    sources, files = [own, *others], [further.outside, further.extra]
    for given in filter(None, files):
        extra = given is further.extra
        folder = given[1] or workspace.images_dir
        sources.append(
            read_outside(given[0], folder, catalog, votes, optional=extra, judged=not extra)
        )
    if further.label:
        paths = [given[0] for given in files if given]
        sources, donors = with_kinds(sources, paths, tasks, further.label)
    outside = any("out_of_catalog" in p.targets and (p.targets["out_of_catalog"] > 0.5).any()
                  for source in sources for p in source.parts.values())  # fmt: skip
    return gather(sources, head_widths(tasks, outside=outside, donors=donors))


def _begun(
    folder: Path, recipe: Recipe, gathered: Gathered, further: Further, manner: Manner
) -> Recipe:
    """Note what the run is made of, or check that it is what an interrupted one was made of.

    Returns:
        The recipe to follow: that of the interrupted run when it is resumed.
    """
    path = folder / "run.json"
    made_of = {o.name: data_hash(o.catalog) for o in gathered.origins if o.catalog is not None}
    made_of |= {o.name: sum(map(len, o.parts.values())) for o in gathered.origins if not o.catalog}
    if path.exists() and not manner.restart:
        started = checkpoints.read_json(path)
        if not manner.resume:
            raise ModelError(
                f"a run {started['name']!r} was interrupted here; go on with --resume, throw it"
                " away with --restart, or choose another --name"
            )
        _require_same_data(started, made_of)
        return Recipe(**started["recipe"])
    _clear(folder)
    name = folder.name.strip(".").removesuffix(".run")
    told = {"name": name, "recipe": recipe.to_dict(), "further": further.to_dict()}
    write_json(path, {**told, "made_of": made_of})
    return recipe


def _require_same_data(started: dict[str, Any], made_of: dict[str, Any]) -> None:
    if started["made_of"] != made_of:
        raise ModelError(
            f"the run {started['name']!r} was started on other data (labels, photos or split"
            " have changed, or other --with, --outside, --extra); start again with --restart"
        )


def _clear(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != "lock":
            path.unlink()


def _with_tensorboard(report: Report, workspace: Workspace, name: str) -> Report:
    write = tensorboard_writer(workspace.root / "tensorboard" / name)

    def epoch(record: dict[str, Any]) -> None:
        write(record)
        report.epoch(record)

    return Report(report.stage, epoch, report.note)
