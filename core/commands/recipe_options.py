"""``train``'s options that say what is fitted to what, for further commands that fit."""

import inspect
from collections.abc import Callable
from typing import Any

from core.commands import train
from core.commands.opening import open_workspace
from core.model.quiet import quiet
from core.model.recipe import Recipe, parse_image_size, read_recipe
from core.model.report import Report
from core.workspace import Workspace

OF_TRAIN_ALONE = {
    "workspace", "name", "tensorboard", "track", "resume", "restart", "finish", "use",
}  # fmt: skip


def with_recipe_options(command: Callable[..., None]) -> Callable[..., None]:
    """Let a command's ``**options`` be those of ``train``, declared there once.

    Options that the command declares itself stand as they are.
    """
    own = [
        p for p in inspect.signature(command).parameters.values() if p.kind is not p.VAR_KEYWORD
    ]
    names = {p.name for p in own} | OF_TRAIN_ALONE
    theirs = [p for name, p in inspect.signature(train.command).parameters.items()
              if name not in names]  # fmt: skip
    command.__signature__ = inspect.Signature([*own, *theirs])
    command.__annotations__ = {p.name: p.annotation for p in (*own, *theirs)}
    return command


def recipe_of(options: dict[str, Any]) -> Recipe:
    """The recipe named, with the single choices that were given.

    Raises:
        ModelError: there is no such recipe, or a value is out of range.
    """
    given = {name: v for name, v in options.items() if name in Recipe.__dataclass_fields__}
    if options.get("image_size") is not None:
        given["height"], given["width"] = parse_image_size(options["image_size"])
    chosen = read_recipe(options["recipe"]).changed(**given)
    return chosen.with_settings(options.get("settings") or ())


def gathering(workspace: str, options: dict[str, Any], report: Report) -> tuple[Workspace, Any]:
    """The workspace, and what joins it as ``core.commands.training.Further``."""
    with quiet():
        from core.commands.training import Further

    names = [workspace, *(options["join"] or ())]
    own, *others = [open_workspace(name, report.stage("sample")) for name in names]
    outside, extra = options["outside"], options["extra"]
    return own, Further(
        tuple(others), options["votes"], outside and (outside, options["outside_images"]),
        extra and (extra, options["extra_images"]), options["extra_label"],
    )  # fmt: skip
