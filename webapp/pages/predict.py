"""Predict: drop photos, read the answers; and the same for programs, as ``/predict``."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import gradio as gr

from core.errors import FittingRoomError
from webapp.actions import uploads
from webapp.actions.opened import Opened
from webapp.actions.served import Served
from webapp.actions.twins import Twins
from webapp.components.part import Part
from webapp.pages.shell import Page, Shell
from webapp.render.predict import predict_value
from webapp.session import Session

ENDPOINT = """Answer one photo: its category and its tags.

The workspace and the model are those that the app was started with; the decisions are made
by the newest saved decision bundle. The photo (JPEG, PNG, WebP and others, up to 20 MB) is
forgotten after the answer.

Returns a JSON object: `photo`, `model`, `model_id`, `bundle`; `categories`, all classes as
`{name, score}`, the likeliest first, scores summing to 1; `tags`, all tags as `{name, score,
threshold, tagged, close}` with `tagged = score >= threshold`; `out_of_catalog`, `{score,
threshold, none_of_these}`: the photo probably shows none of the categories where `none_of_these
= score >= threshold`; `prediction_set`, `{coverage, classes}`: the right category is among these
for that share of photos (both null where the model has no such answer); `milliseconds`, from
bytes to decisions. A file that is no photo, or not a safe one, is an error with a sentence.
"""


def build(shell: Shell) -> Page:
    """Lay out the page inside its tab, and offer the endpoint."""
    with gr.Row(elem_classes="page-head"):
        shell.heading(
            "Predict",
            "Drop 1 to 20 photos. Each gets a category and its tags; the tick on a bar is that"
            " tag’s threshold. A name shows what speaks for it.",
        )
    photos = Part("predict", elem_id="predict", elem_classes="page-body")
    gr.api(endpoint(shell.served), api_name="predict", api_description=ENDPOINT,
           concurrency_limit=4)
    return Page("predict", [photos], _show, needs="model")


def _show(session: Session, opened: Opened) -> list[Any]:
    examples = uploads.examples(opened)
    uploads.warm_up(opened, examples)
    return [predict_value(opened, examples, uploads.usual_milliseconds(opened))]


def endpoint(served: Served) -> Callable[[gr.FileData], dict[str, Any]]:
    """The function behind ``/predict``."""

    twins = Twins()

    def predict(photo: gr.FileData) -> dict[str, Any]:
        path = _uploaded(photo)
        try:
            opened = served.open(served.start)
            name = photo.get("orig_name") or path.name
            bundle = opened.bundle
            return twins.answer(
                (path, bundle and (bundle.model_id, bundle.version)),
                lambda: uploads.answer(opened, path.read_bytes(), name).to_json(),
            )
        except (FittingRoomError, OSError) as error:
            raise gr.Error(str(error), print_exception=False) from error
        finally:
            _forget(path)

    return predict


def _forget(path: Path) -> None:
    """Remove an upload and the folder that Gradio made for it alone."""
    path.unlink(missing_ok=True)
    with suppress(OSError):
        path.parent.rmdir()


def _uploaded(photo: Any) -> Path:
    """Where Gradio put the upload: a folder of its own in its cache; it refuses other paths."""
    if not isinstance(photo, dict) or not isinstance(photo.get("path"), str):
        raise gr.Error("send the photo as a file, such as handle_file('shirt.jpg')",
                       print_exception=False)
    return Path(photo["path"])
