"""What is asked of a photo: one category out of K classes, any of T tags."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from core.errors import TasksError
from core.files import atomic_path


def _refuse_repeats(what: str, names: tuple[str, ...]) -> None:
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated or "" in names:
        raise TasksError(f"{what} must be distinct, non-empty names, got {repeated or ['']}")


@dataclass(frozen=True)
class ItemColumns:
    """Which columns of a labels file identify an item, its photo and its group.

    Attributes:
        id: the column with the item's id.
        image: pattern of the photo's path in the images folder, ``{column}`` filled
            from the row; None for a catalog without photos.
        group: the column whose items must stay on one side of a split; None without.
    """

    id: str
    image: str | None = None
    group: str | None = None


@dataclass(frozen=True)
class Category:
    """The question with exactly one answer; the order of ``classes`` is the order of scores."""

    column: str
    classes: tuple[str, ...]

    def __post_init__(self):
        _refuse_repeats("classes", self.classes)
        if len(self.classes) < 2:
            raise TasksError(
                f"category {self.column!r} needs at least two classes, got {list(self.classes)};"
                " add the missing classes to tasks.yaml or to the labels file"
            )


@dataclass(frozen=True)
class Tags:
    """The questions with independent yes-or-no answers; may be empty."""

    columns: tuple[str, ...] = ()

    def __post_init__(self):
        _refuse_repeats("tags", self.columns)


@dataclass(frozen=True)
class Tasks:
    """All that is asked of a photo in one workspace."""

    category: Category
    tags: Tags = Tags()
    item: ItemColumns = ItemColumns(id="item_id")

    @property
    def classes(self) -> tuple[str, ...]:
        return self.category.classes

    @property
    def tag_names(self) -> tuple[str, ...]:
        return self.tags.columns

    @property
    def fingerprint(self) -> str:
        """12 hex digits over classes and tags in their order: equal when a model's heads fit."""
        text = json.dumps([self.classes, self.tag_names], ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def to_dict(self) -> dict[str, Any]:
        item = {"id": self.item.id, "image": self.item.image, "group": self.item.group}
        return {
            "item": {name: value for name, value in item.items() if value is not None},
            "category": {"column": self.category.column, "classes": list(self.classes)},
            "tags": {"columns": list(self.tag_names)},
        }

    @classmethod
    def from_dict(cls, value: Any, source: str = "tasks.yaml") -> "Tasks":
        """Build from the parsed form of tasks.yaml.

        Raises:
            TasksError: a part is missing or of another form; names ``source``.
        """
        try:
            item, category = value["item"], value["category"]
            tags = value.get("tags") or {}
            return cls(
                category=Category(str(category["column"]), _names(category["classes"])),
                tags=Tags(_names(tags.get("columns") or ())),
                item=ItemColumns(str(item["id"]), item.get("image"), item.get("group")),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise TasksError(
                f"{source} does not say what is asked: {error} is missing or of another form;"
                " it needs item: {id: ...}, category: {column: ..., classes: [...]} and"
                " tags: {columns: [...]}"
            ) from error


def read_tasks(path: Path) -> Tasks:
    """Read tasks.yaml.

    Raises:
        TasksError: the file is missing, not YAML, or incomplete.
    """
    try:
        value = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise TasksError(f"{path} is missing; make the workspace again with init") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise TasksError(f"{path} is not readable YAML: {error}; mend or replace it") from error
    return Tasks.from_dict(value, source=str(path))


def write_tasks(path: Path, tasks: Tasks) -> None:
    """Write tasks.yaml, atomically."""
    with atomic_path(path) as temporary:
        temporary.write_text(
            yaml.safe_dump(tasks.to_dict(), sort_keys=False, allow_unicode=True), encoding="utf-8"
        )


def _names(values: Any) -> tuple[str, ...]:
    if isinstance(values, str):
        raise TypeError(f"a list, not {values!r},")
    return tuple(str(value) for value in values)
