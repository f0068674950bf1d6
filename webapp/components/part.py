"""Part: a piece of a page that one of our own browser modules draws."""

import json
from typing import Any

import gradio as gr

from webapp.assets import asset_url

_LOADER = """
const events = %(events)s;
const act = (name, data = {}) => {
  if (!events.includes(name)) throw new Error(`part %(module)s does not say ${name}`);
  trigger(name, data);
};
const root = element.querySelector(".part");
import(new URL(%(url)s, document.baseURI)).then(({mount}) => {
  const draw = mount(root, act, {upload, server});
  let drawn = null;
  const redraw = () => {
    const text = JSON.stringify(props.value);
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
