"""The folder that is one project: where each stage reads and writes.

::

    W/
      workspace.json      version, name, images folder, split, model in use
      tasks.yaml          what is asked (core.tasks)
      catalog.parquet     items, labels, split (core.catalog.table)
      left_out.csv        what init left out, and why (core.catalog.load)
      models/NAME/        a trained model (core.model.card)
      predictions/NAME/   scores of that model in shards (core.predictions.store)
      decisions/NAME/     saved decision bundles vN.json (core.decisions.bundle)
      training/           trainings in the background (core.commands.training_status)
      slices.json         slices that people saved (core.metrics.slices.saved)
      reports/            HTML and Markdown to hand over (core.commands.report)
      crossvalidation/    figures and answers of folds (core.commands.crossvalidating)
      search/NAME/        hyper-parameters tried, the best recipe (core.commands.searching)
"""

import json
import os
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from core.errors import ModelError, WorkspaceError
from core.files import write_json
from core.tasks import Tasks, read_tasks, write_tasks

VERSION = 1
ASSETS = Path(__file__).resolve().parent.parent / "assets"
DEFAULT_MODEL = "default"


@dataclass(frozen=True)
class Settings:
    """What workspace.json holds.

    Attributes:
        name: what people call the workspace.
        images: folder of the photos, absolute or relative to the workspace; None without photos.
        split: fractions and seed as given to init (core.split.SplitOptions as a dict).
        model: name of the model in use.
        duplicate_rows: exact duplicate rows of the labels file, counted once in the catalog.
    """

    name: str
    images: str | None = None
    split: dict[str, Any] | None = None
    model: str = DEFAULT_MODEL
    duplicate_rows: int = 0


@dataclass(frozen=True)
class Workspace:
    """An opened workspace folder. Holds no data; says where it lies."""

    root: Path
    settings: Settings

    @classmethod
    def create(cls, root: Path, settings: Settings, tasks: Tasks) -> "Workspace":
        """Make (or make anew) the folder with its settings and tasks.

        Raises:
            WorkspaceError: ``root`` is a file, or a folder with other things in it.
            StorageError: it cannot be written.
        """
        root = root.absolute()
        if root.is_file() or (
            root.is_dir() and any(root.iterdir()) and not (root / "workspace.json").exists()
        ):
            raise WorkspaceError(
                f"{root} exists and is not a workspace; name a new or an empty folder"
            )
        workspace = cls(root, settings)
        write_tasks(root / "tasks.yaml", tasks)
        workspace.save()
        return workspace

    @classmethod
    def open(cls, root: Path) -> "Workspace":
        """Open an existing workspace.

        Raises:
            WorkspaceError: no workspace there, unreadable, or of another version.
        """
        root = Path(root).absolute()
        path = root / "workspace.json"
        try:
            value = json.loads(path.read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError) as error:
            raise WorkspaceError(
                f"{root} is not a workspace (no workspace.json in it); make one with"
                f" python -m core init {root} --labels FILE --images DIR"
            ) from error
        except ValueError as error:
            raise WorkspaceError(f"{path} is damaged ({error}); make it again with init") from error
        version = value.pop("version", None) if isinstance(value, dict) else None
        if version != VERSION:
            raise WorkspaceError(
                f"{root} is a workspace of version {version}, this program reads version {VERSION};"
                " make it again with init, or use the program that made it"
            )
        known = Settings.__dataclass_fields__
        try:
            settings = Settings(**{name: value[name] for name in value if name in known})
        except TypeError as error:
            raise WorkspaceError(f"{path} is damaged ({error}); make it again with init") from error
        return cls(root, settings)

    def save(self) -> None:
        """Write workspace.json, atomically."""
        write_json(self.root / "workspace.json", {"version": VERSION, **vars(self.settings)})

    def with_settings(self, **changes: Any) -> "Workspace":
        """Save changed settings; return the workspace that has them."""
        changed = Workspace(self.root, replace(self.settings, **changes))
        changed.save()
        return changed

    @cached_property
    def tasks(self) -> Tasks:
        return read_tasks(self.root / "tasks.yaml")

    @property
    def name(self) -> str:
        return self.settings.name

    @property
    def catalog_path(self) -> Path:
        return self.root / "catalog.parquet"

    @property
    def left_out_path(self) -> Path:
        return self.root / "left_out.csv"

    @property
    def images_dir(self) -> Path | None:
        """Absolute folder of the photos; None for a catalog without photos."""
        return None if self.settings.images is None else self.root / self.settings.images

    def photo_path(self, image: str) -> Path:
        """Path of a catalog's ``image`` value, never outside the images folder.

        Raises:
            WorkspaceError: the workspace has no photos, or ``image`` leads outside.
        """
        if self.images_dir is None:
            raise WorkspaceError(f"workspace {self.name!r} has labels only, no photos")
        path = Path(os.path.normpath(self.images_dir / image))
        if not path.is_relative_to(os.path.normpath(self.images_dir)):
            raise WorkspaceError(f"photo {image!r} lies outside the workspace's images folder")
        return path

    def new_model_dir(self, name: str) -> Path:
        """Where a model called ``name`` is to be written."""
        if not name or Path(name).name != name or name.startswith("."):
            raise ModelError(f"{name!r} is no name for a model; use letters, digits and dashes")
        return self.root / "models" / name

    def model_dir(self, name: str | None = None) -> Path:
        """Folder of an existing model: the workspace's own, else one shipped in assets.

        Args:
            name: None for the model in use.

        Raises:
            ModelError: there is no such model; lists those there are.
        """
        name = name or self.settings.model
        for folder in (self.new_model_dir(name), ASSETS / "models" / name):
            if (folder / "card.json").exists():
                return folder
        raise ModelError(
            f"workspace {self.name!r} has no model {name!r};"
            f" it has {', '.join(self.model_names) or 'none'}; train one with"
            f" python -m core train {self.root}"
        )

    @property
    def model_names(self) -> list[str]:
        """Names of all models to be used here, the shipped ones last."""
        own = (self.root / "models").glob("*/card.json")
        shipped = (ASSETS / "models").glob("*/card.json")
        names = [*sorted(p.parent.name for p in own), *sorted(p.parent.name for p in shipped)]
        return list(dict.fromkeys(names))

    def predictions_dir(self, model: str) -> Path:
        return self.root / "predictions" / model

    def decisions_dir(self, model: str) -> Path:
        return self.root / "decisions" / model


def cache_home() -> Path:
    """Folder for what can be made again: FITTING_ROOM_HOME, else the user's cache folder."""
    own = os.environ.get("FITTING_ROOM_HOME")
    if own:
        return Path(own).expanduser().absolute()
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "fitting-room"
