"""``train``: fit, calibrate, export and measure a model."""

from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from core.commands.bar import progress_bar
from core.commands.opening import open_workspace
from core.commands.training_status import told
from core.errors import ModelError
from core.model.card import read_card
from core.model.quiet import quiet
from core.model.recipe import Recipe, parse_image_size, read_recipe
from core.model.report import Report
from core.model.tracking import tracked
from core.workspace import Workspace


class Terminal:
    """Shows a run on the terminal: one bar for each stage, one line for each epoch."""

    def __init__(self):
        self._open = ExitStack()

    def __enter__(self) -> Report:
        return Report(self.stage, self.epoch, self.note)

    def __exit__(self, *error) -> None:
        self._open.close()

    def stage(self, name: str):
        """Close the bar of the stage before, open one for this."""
        self._open.close()
        unit = "batches" if name.startswith("epoch") else "steps" if "heads" in name else "photos"
        return self._open.enter_context(progress_bar(name, unit))

    def epoch(self, record: dict[str, Any]) -> None:
        """Print an epoch's losses."""
        self._open.close()
        words = [f"epoch {record['epoch']:>2}" if record["epoch"] else "linear heads"]
        for name, label in (("loss", "loss"), ("val_loss", "validation loss")):
            if record.get(name) is not None:
                words.append(f"{label} {record[name]:.4f}")
        if record.get("val_top1") is not None:
            words.append(f"top-1 {record['val_top1']:.1%}")
        words.append(f"{record['seconds']:.0f} s" + (", best so far" if record["best"] else ""))
        typer.echo("  ".join(words))

    def note(self, sentence: str) -> None:
        """Print a sentence that must not be missed."""
        self._open.close()
        typer.echo(f"note: {sentence}", err=True)


def command(
    workspace: Annotated[str, typer.Argument(metavar="W", help="Workspace folder, or 'sample'.")],
    name: Annotated[str | None, typer.Option(
        help="What the model is called.  [default: backbone and time]",
        show_default=False)] = None,
    recipe: Annotated[str, typer.Option(
        help="Shipped recipe (probe, tune, default, published, scratch, pixels30) or YAML file;"
        " the options below change single choices of it.")] = "probe",
    backbone: Annotated[str | None, typer.Option(
        help="efficientnet_lite0, mobilenet_v3_small, resnet50, vgg16, vgg19, small_cnn or"
        " pixels30.")] = None,
    weights: Annotated[str | None, typer.Option(
        help="Where the backbone's weights come from: imagenet (downloads), none, default (the"
        " shipped model), a .keras, .h5 or .tflite file, or a model folder.")] = None,
    image_size: Annotated[str | None, typer.Option(
        metavar="HxW", help="Pixels of the photos it takes, as 301x217.")] = None,
    pooling: Annotated[str | None, typer.Option(help="average, regions or flatten.")] = None,
    hidden: Annotated[int | None, typer.Option(
        help="Units of a dense layer before the heads.")] = None,
    dropout: Annotated[float | None, typer.Option(help="Before the heads.")] = None,
    epochs: Annotated[int | None, typer.Option(help="At most; 0 fits linear heads only.")] = None,
    patience: Annotated[int | None, typer.Option(
        help="Stop after so many epochs without a better validation loss; 0 never.")] = None,
    batch_size: Annotated[int | None, typer.Option()] = None,
    learning_rate: Annotated[float | None, typer.Option()] = None,
    weight_decay: Annotated[float | None, typer.Option()] = None,
    layer_decay: Annotated[float | None, typer.Option(
        help="Factor on the rate for each block further from the heads.")] = None,
    unfreeze: Annotated[int | None, typer.Option(
        help="How many of the backbone's last layers learn: -1 all, 0 none.")] = None,
    probe: Annotated[bool | None, typer.Option(
        "--probe/--no-probe", help="Fit linear heads first.")] = None,
    category_weight: Annotated[float | None, typer.Option(help="Of the category's loss.")] = None,
    tags_weight: Annotated[float | None, typer.Option(help="Of the tags' loss.")] = None,
    class_weights: Annotated[str | None, typer.Option(help="none, sqrt or balanced.")] = None,
    tag_weights: Annotated[str | None, typer.Option(help="none, sqrt or balanced.")] = None,
    downsample: Annotated[bool | None, typer.Option(
        "--downsample/--no-downsample",
        help="Bring the largest class down to the second largest.")] = None,
    most_per_class: Annotated[int | None, typer.Option(help="Down-sample to this count.")] = None,
    least_per_class: Annotated[int | None, typer.Option(help="Over-sample to this count.")] = None,
    label_smoothing: Annotated[float | None, typer.Option()] = None,
    augment: Annotated[bool | None, typer.Option(
        "--augment/--no-augment", help="Change photos while fitting.")] = None,
    mixed_precision: Annotated[bool | None, typer.Option(
        "--mixed-precision/--no-mixed-precision", help="16-bit floats inside.")] = None,
    refit: Annotated[bool | None, typer.Option(
        "--refit/--no-refit",
        help="Fit once more with the validation part, as long as was found best.")] = None,
    settings: Annotated[list[str] | None, typer.Option(
        "--set", metavar="NAME=VALUE", help="Any other choice of a recipe, as warm_up=1,"
        " category_focus=2 or rotation=20; may be repeated.")] = None,
    seed: Annotated[int | None, typer.Option(help="Same seed, same order of photos.")] = None,
    join: Annotated[list[str] | None, typer.Option(
        "--with", metavar="W",
        help="Another workspace that asks the same; may be repeated.")] = None,
    votes: Annotated[Path | None, typer.Option(
        help="Several people's answers for each item: soft targets.")] = None,
    outside: Annotated[Path | None, typer.Option(
        help="Photos that show none of the classes: the model learns to say so.")] = None,
    outside_images: Annotated[Path | None, typer.Option(
        help="Their folder.  [default: the workspace's own]", show_default=False)] = None,
    extra: Annotated[Path | None, typer.Option(
        help="More such photos, a few of them in each epoch.")] = None,
    extra_images: Annotated[Path | None, typer.Option(help="Their folder.")] = None,
    extra_label: Annotated[str | None, typer.Option(
        help="Column that says what those photos show, for a helping head.")] = None,
    tensorboard: Annotated[bool, typer.Option(
        "--tensorboard", help="Write logs to W/tensorboard.")] = False,
    track: Annotated[bool, typer.Option(
        "--track", help="Log the run with MLflow, to W/mlruns or MLFLOW_TRACKING_URI; needs"
        " core/model/requirements-tracking.txt.")] = False,
    resume: Annotated[bool, typer.Option(
        "--resume", help="Go on with the interrupted run, by its own recipe.")] = False,
    restart: Annotated[bool, typer.Option(
        "--restart", help="Throw an interrupted run of that name away.")] = False,
    finish: Annotated[bool, typer.Option(
        "--finish", help="With --resume: make a model of the best weights so far.")] = False,
    use: Annotated[bool, typer.Option(
        "--use/--no-use", help="Make it the model in use.")] = True,
    tell: Annotated[Path | None, typer.Option(
        metavar="DIR", help="Write there how far the run is, as the app does to watch it.")] = None,
) -> None:
    """Train a model on the workspace's photos and labels."""
    given = {key: value for key, value in locals().items() if key in Recipe.__dataclass_fields__}
    if image_size is not None:
        given["height"], given["width"] = parse_image_size(image_size)
    chosen = read_recipe(recipe).changed(**given).with_settings(settings or ())
    with Terminal() as terminal, told(tell, name or "", terminal) as report:
        names = [workspace, *(join or ())]
        own, *others = [open_workspace(w, report.stage("sample")) for w in names]
        with quiet():
            from core.commands.training import Further, Manner, train_model

        further = Further(
            tuple(others), votes, outside and (outside, outside_images),
            extra and (extra, extra_images), extra_label,
        )  # fmt: skip
        manner = Manner(resume, restart, finish, use, tensorboard)
        name = name or _new_name(own, chosen, resume)
        try:
            with tracked(track, own, name, chosen, report) as watched:
                folder = train_model(own, chosen, name, further, manner, watched)
        except KeyboardInterrupt:
            report.note(
                f"stopped; go on with python -m core train {workspace} --name {name} --resume,"
                " or with --finish too for a model of the best so far"
            )
            raise
    typer.echo("\n".join(summary(folder)))


def _new_name(workspace: Workspace, recipe: Recipe, resume: bool) -> str:
    """Backbone and time; with --resume, the one run that there is to resume.

    Raises:
        ModelError: there is no interrupted run, or several.
    """
    if not resume:
        return f"{recipe.backbone}-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    runs = [p.parent.name[1:-4] for p in (workspace.root / "models").glob(".*.run/run.json")]
    if len(runs) != 1:
        raise ModelError(
            f"workspace {workspace.name!r} has {len(runs) or 'no'} interrupted runs"
            + (f" ({', '.join(sorted(runs))}); say which by --name" if runs else "")
        )
    return runs[0]


def summary(folder: Path) -> list[str]:
    """Lines that say where the model lies and how good it is."""
    card = read_card(folder)
    lines = [f"model {card.name} in {folder}"]
    for part, words in (("validation", "validation"), ("heldout", "held-out")):
        figures = card.figures.get(part, {})
        if not figures.get("n"):
            continue
        line = f"  {words:<11}{figures['n']:>6} photos  top-1 {figures['top1']:.1%}"
        line += f"  top-2 {figures['top2']:.1%}  macro F1 {figures['macro_f1']:.3f}"
        for tag, one in figures["tags"].items():
            line += f"  {tag} F1 {'-' if one['f1'] is None else format(one['f1'], '.2f')}"
        lines.append(line)
    lines.append(
        f"  LiteRT {card.sizes['model.tflite'] / 1e6:.1f} MB,"
        f" {card.timings['litert_ms']:.1f} ms a photo"
    )
    return lines
