"""Part: a piece of a page that one of our own browser modules draws."""

import json
from collections.abc import Sequence
from typing import Any

import gradio as gr

from webapp.assets import asset_url

_LOADER = """
const events = %(events)s;
const clock = (window.fittingRoomClock ??= {turn: 0});
const act = (name, data = {}) => {
  if (!events.includes(name)) throw new Error(`part %(module)s does not say ${name}`);
  if (name === "watch" || data.do === "watch") trigger(name, {...data, _turn: clock.turn});
  else {
    clock.turn += 1;
    trigger(name, data);
  }
};
const root = element.querySelector(".part");
import(new URL(%(url)s, document.baseURI)).then(({mount}) => {
  const draw = mount(root, act, {upload, server});
  let drawn = null;
  const redraw = () => {
    const watched = Object.hasOwn(props.value ?? {}, "_turn");
    const {_turn, ...value} = watched ? props.value : {};
    if (watched && _turn < clock.turn) return;
    const text = JSON.stringify(watched ? value : props.value);
    if (text === drawn) return;
    drawn = text;
    draw(JSON.parse(text ?? "null"));
  };
  redraw();
  watch("value", redraw);
});
"""


class Part(gr.HTML):
    """Draws its value (any JSON) with ``assets/js/<module>.js`` and reports events.

    The module exports ``mount(root, act, {upload, server})``, which returns a function that
    draws a value; ``act(event, data)`` sends an event to Python. Values never pass through a
    template: modules write data with ``textContent``.

    While work in the background is watched, an answer may tell of a place that the user has
    left meanwhile. So ``watch`` says at which turn it was sent (every other event is a new one),
    ``stamped`` gives it back, and a part draws it only where nobody has acted since.
    """

    def __init__(self, module: str, value: Any = None, *, events: tuple[str, ...] = (),
                 elem_id: str | None = None, elem_classes: list[str] | str | None = None,
                 **settings: Any):
        super().__init__(
            value,
            html_template=f'<div class="part part-{module}"></div>',
            js_on_load=_LOADER % {
                "module": module,
                "url": json.dumps(asset_url(f"js/{module}.js")),
                "events": json.dumps(events),
            },
            apply_default_css=False,
            elem_id=elem_id,
            elem_classes=elem_classes,
            **settings,
        )
        for event in events:
            if event in self.__dict__ or hasattr(type(self), event):
                raise ValueError(f"event {event!r} of part {module!r} is a name of Gradio's own")

    def preprocess(self, payload: Any) -> Any:
        return payload

    def postprocess(self, value: Any) -> Any:
        return value

    def api_info(self) -> dict[str, Any]:
        return {}


def take_turn(data: dict[str, Any]) -> int | None:
    """The turn that a ``watch`` was sent at, taken out of what the browser sent with it."""
    turn = data.pop("_turn", None)
    return turn if type(turn) is int else None


def stamped(
    parts: Sequence[gr.components.Component], values: Sequence[Any], turn: int | None
) -> list[Any]:
    """Values as the answer to a ``watch`` of that turn; those of no part are as they were.

    Raises:
        ValueError: there are more or fewer values than components.
    """
    return [
        {**value, "_turn": turn}
        if turn is not None and isinstance(part, Part) and _is_drawn(value) else value
        for part, value in zip(parts, values, strict=True)
    ]


def _is_drawn(value: Any) -> bool:
    """Not one of Gradio's own messages, such as ``gr.skip()``."""
    return isinstance(value, dict) and "__type__" not in value
