"""Fit a network: linear heads first, then all of it at a low rate, keeping the best."""

import math
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from core.errors import ModelError
from core.model import augment, checkpoints, feed, probe, rates
from core.model.course import Course, Data, evened, mean_weight
from core.model.examples import Examples
from core.model.losses import head_losses, total
from core.model.network import Network
from core.model.recipe import Recipe
from core.model.report import Record, Report

START = "start.npz"
"""Weights that fine-tuning began with, where the recipe goes only a part of its way."""


def fit(
    network: Network,
    data: Data,
    recipe: Recipe,
    folder: Path,
    report: Report,
    last: int | None = None,
) -> Course:
    """Fit ``network``; it has the best weights when this returns.

    Goes on from the checkpoint in ``folder`` where there is one. Epoch 0 is the probe (or
    the network as built), epochs from 1 on are fine-tuning. The best epoch is the one with
    the lowest validation loss; without validation photos, the last.

    Args:
        last: stop after this epoch, on the same schedule of rates as without it.

    Raises:
        ModelError: the loss is no number any more, or a checkpoint is damaged.
        Cancelled: a progress of ``report`` stopped it; the checkpoint is kept.
    """
    fitting = Fitting(network, data, recipe, folder, report)
    course = fitting.resumed() or fitting.begun()
    while course.epoch < (recipe.epochs if last is None else last) and not course.done:
        fitting.one_epoch(course)
    network.fitting.set_weights(_kept(folder, course, recipe))
    if course.best_epoch and recipe.reprobe:
        fitting.reprobe()
    return course


def _kept(folder: Path, course: Course, recipe: Recipe) -> list[np.ndarray]:
    """The best weights, or as far towards them as the recipe goes."""
    best, share = checkpoints.read_arrays(folder / course.best_file), recipe.tuned_share
    if not course.best_epoch or share == 1:
        return best
    start = checkpoints.read_arrays(folder / START)
    return [before + share * (after - before) for before, after in zip(start, best)]


class Fitting:
    """The moving parts of one fit."""

    def __init__(self, network: Network, data: Data, recipe: Recipe, folder: Path, report: Report):
        self.network, self.data, self.recipe = network, data, recipe
        self.folder, self.report = folder, report
        self.scale = {h: mean_weight(data.train.weights[h]) for h in network.heads}
        rates.freeze(network, recipe)
        self.learning = network.fitting.trainable_variables
        self.optimizer = rates.optimizer(network, recipe)
        self.optimizer.build(self.learning)
        self.steps = feed.steps(len(self._epoch_rows(1)), recipe.batch_size)
        self._step = tf.function(self._traced_step, autograph=False)
        self._judge = tf.function(self._traced_judge, autograph=False)

    def begun(self) -> Course:
        """Epoch 0: the probe, where there is something to read with linear heads."""
        course, started = Course(), time.monotonic()
        if probe.wanted(self.network, self.recipe):
            self._probe()
        self.averages = self._averaged_now()
        if self.recipe.tuned_share < 1:
            checkpoints.save_arrays(self.folder / START, self.network.fitting.get_weights())
        self._close(course, 0, {}, started)
        return course

    def resumed(self) -> Course | None:
        state = checkpoints.read_state(self.folder)
        if state is None:
            return None
        arrays = checkpoints.read_arrays(self.folder / state["file"])
        own = self._variables()
        if [a.shape for a in arrays[: len(own)]] != [tuple(v.shape) for v in own]:
            raise ModelError(
                f"the checkpoint in {self.folder} is of another network; start again with --restart"
            )
        for variable, array in zip(own, arrays):
            variable.assign(array)
        self.averages = [tf.Variable(a, trainable=False) for a in arrays[len(own) :]]
        return Course.read(self.folder)

    def one_epoch(self, course: Course) -> None:
        """Fine-tune for an epoch, judge, keep a checkpoint."""
        epoch, started = course.epoch + 1, time.monotonic()
        sums: dict[str, float] = {}
        progress = self.report.stage(f"epoch {epoch}/{self.recipe.epochs}")
        order = self._epoch_rows(epoch)
        for index, batch in enumerate(_ahead(self._batches(order, epoch))):
            step = (epoch - 1) * self.steps + index
            self.optimizer.learning_rate = rates.rate_at(step, self.steps, self.recipe)
            momentum = min(self.recipe.average, (1 + step) / (10 + step))
            losses = self._step(*batch, tf.constant(momentum, tf.float32))
            for head, value in losses.items():
                sums[head] = sums.get(head, 0.0) + float(value)
            self._require_finite(sums, epoch)
            progress(index + 1, self.steps)
        self._close(course, epoch, {h: s / self.steps for h, s in sums.items()}, started)

    def judged(self, examples: Examples, rows: np.ndarray) -> Record:
        """Losses and top-1 of the averaged weights on other photos."""
        if not len(examples):
            return {}
        own = [v.numpy() for v in self._averaged()]
        self._assign(self._averaged(), self.averages)
        try:
            found = [self._judge(*batch) for batch in self._plain_batches(examples, rows)]
        finally:
            self._assign(self._averaged(), own)
        heads = {h: np.concatenate([f[h].numpy() for f in found]).mean() for h in found[0]}
        logits = np.concatenate([f["logits"].numpy() for f in found])
        heads.pop("logits")
        labels = examples.category_labels()
        known = labels >= 0
        right = logits[known].argmax(axis=1) == labels[known]
        record = {f"val_{head}": float(value) for head, value in heads.items()}
        # The helping head is no part of the model: it does not say which epoch is best.
        record["val_loss"] = sum(
            getattr(self.recipe, f"{head}_weight") * float(value)
            for head, value in heads.items() if head != "donor"
        )  # fmt: skip
        record["val_top1"] = float(right.mean()) if len(right) else None
        return record

    def _close(self, course: Course, epoch: int, losses: Record, started: float) -> None:
        """Judge, note, and save what a resumed run needs."""
        judged = self.judged(self.data.validation, self.data.validation_rows)
        score = judged.get("val_loss", -float(epoch))
        if not math.isfinite(score):
            raise self._no_number(epoch)
        course.epoch = epoch
        course.seconds += time.monotonic() - started
        if score < course.best_loss:
            course.best_loss, course.best_epoch = score, epoch
            course.best_file = f"best-{epoch}.npz"
            self._save_best(course.best_file)
        late = self.recipe.patience and epoch - course.best_epoch >= self.recipe.patience
        course.done = bool(late) or epoch >= self.recipe.epochs
        whole = {"loss": sum(getattr(self.recipe, f"{h}_weight") * v for h, v in losses.items())}
        course.history.append(
            {
                "epoch": epoch,
                "stage": "fine-tuning" if epoch else "probe",
                **(whole if losses else {}),
                **losses,
                **judged,
                "learning_rate": float(self.optimizer.learning_rate) if epoch else None,
                "seconds": round(time.monotonic() - started, 2),
                "best": course.best_epoch == epoch,
            }
        )
        state = [v.numpy() for v in (*self._variables(), *self.averages)]
        checkpoints.save_state(self.folder, epoch, state, vars(course))
        self.report.epoch(course.history[-1])

    def _save_best(self, file: str) -> None:
        own = [v.numpy() for v in self._averaged()]
        self._assign(self._averaged(), self.averages)
        checkpoints.save_arrays(self.folder / file, self.network.fitting.get_weights())
        self._assign(self._averaged(), own)

    def reprobe(self) -> None:
        """Fit some heads anew on the features that fine-tuning left."""
        only = [name.strip() for name in self.recipe.reprobe.split(",")]
        self._probe([name for name in only if name in self.network.heads])

    def _probe(self, only: Sequence[str] = ()) -> None:
        """Fit linear heads to an epoch's worth of photos."""
        views, found, chosen = probe.views(self.recipe), [], np.sort(self._epoch_rows(0))
        rows = self.data.train_rows[chosen]
        for number, view in enumerate(views, start=1):
            progress = self.report.stage(f"features, view {number}/{len(views)}")
            found.append(
                probe.features(self.network, self.data.pixels, rows, self.recipe, view, progress)
            )
        progress = self.report.stage("linear heads")
        even = evened(self.data.train.take(chosen), self.network.heads)
        probe.fit_heads(self.network, even, found, self.recipe, progress, only=only)

    def _epoch_rows(self, epoch: int) -> np.ndarray:
        train = self.data.train
        return feed.epoch_rows(train.category_labels(), self.data.optional, self.recipe, epoch)

    def _batches(self, order: np.ndarray, epoch: int) -> Iterator[tuple]:
        """Batches for ``_traced_step``, made one ahead of their use."""
        heads = list(self.network.heads)
        for at, batch in enumerate(feed.batches(order, self.recipe.batch_size)):
            examples = self.data.train.take(batch)
            # A photo that comes twice in an epoch is changed in two ways.
            drawn = batch + len(self.data.train) * (at + 1)
            changes = augment.draw(drawn, self.recipe, epoch) if self.recipe.augment else None
            yield (
                self.data.pixels[self.data.train_rows[batch]],
                changes,
                {h: examples.targets[h] for h in heads},
                {h: examples.weights[h] / self.scale[h] for h in heads},
            )

    def _plain_batches(self, examples: Examples, rows: np.ndarray) -> Iterator[tuple]:
        for at in range(0, len(rows), 32):
            part = examples.take(np.arange(at, min(at + 32, len(rows))))
            yield self.data.pixels[rows[at : at + 32]], part.targets, part.weights

    def _traced_step(self, pixels, changes, targets, weights, momentum):
        photos = tf.cast(pixels, tf.float32)
        if changes is not None:
            photos = augment.apply(photos, augment.Changes(*changes))
        with tf.GradientTape() as tape:
            logits = self.network.fitting(photos, training=True)
            losses = head_losses(logits, targets, weights, self.recipe)
            loss = total(losses, self.recipe)
            if isinstance(self.optimizer, keras.optimizers.LossScaleOptimizer):
                loss = self.optimizer.scale_loss(loss)
        self.optimizer.apply(tape.gradient(loss, self.learning))
        for average, variable in zip(self.averages, self._averaged()):
            average.assign(momentum * average + (1 - momentum) * variable.value)
        return {head: tf.reduce_mean(each) for head, each in losses.items()}

    def _traced_judge(self, pixels, targets, weights):
        logits = self.network.fitting(tf.cast(pixels, tf.float32), training=False)
        plain = self.recipe.changed(label_smoothing=0.0, category_focus=0.0, tag_focus=0.0)
        losses = head_losses(logits, targets, weights, plain)
        return {**losses, "logits": logits["category"]}

    def _averaged(self) -> list[keras.Variable]:
        """Everything that is averaged: weights and statistics, not the seeds of dropout."""
        return list(self.network.fitting.weights)

    def _averaged_now(self) -> list[tf.Variable]:
        return [tf.Variable(v.numpy(), trainable=False) for v in self._averaged()]

    def _variables(self) -> list[keras.Variable]:
        return [*self.network.fitting.variables, *self.optimizer.variables]

    @staticmethod
    def _assign(variables: list, values: list) -> None:
        for variable, value in zip(variables, values):
            variable.assign(value)

    def _require_finite(self, sums: dict[str, float], epoch: int) -> None:
        if not all(map(math.isfinite, sums.values())):
            raise self._no_number(epoch)

    def _no_number(self, epoch: int) -> ModelError:
        return ModelError(
            f"the loss is no number any more in epoch {epoch}; start again with a lower"
            f" --learning-rate (it was {self.recipe.learning_rate:g})"
            + (" or without --mixed-precision" if self.recipe.mixed_precision else "")
            + ", or make a model of the best weights so far with --resume --finish"
        )


def logits(network: Network, pixels: np.ndarray, rows: np.ndarray) -> dict[str, np.ndarray]:
    """Each head's scores before softmax or sigmoid, float32 (N, W), for photos at ``rows``."""
    run = tf.function(
        lambda photos: network.fitting(tf.cast(photos, tf.float32), training=False),
        input_signature=[tf.TensorSpec((None, *pixels.shape[1:]), tf.uint8)],
        autograph=False,
    )
    parts = [run(pixels[rows[at : at + 32]]) for at in range(0, len(rows), 32)]
    return {head: np.concatenate([part[head].numpy() for part in parts]) for head in parts[0]}


def _ahead(batches: Iterator[Any]) -> Iterator[Any]:
    """The same batches, the next one made while the present one is used."""
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(next, batches, None)
        while (batch := waiting.result()) is not None:
            waiting = pool.submit(next, batches, None)
            yield batch
