"""The Gradio theme: stock widgets in the colours, sizes and corners of the app."""

import inspect

import gradio as gr

from webapp.render.tokens import TOKENS

FILLS = {
    "body_background_fill": "page",
    "background_fill_primary": "surface",
    "background_fill_secondary": "page",
    "block_background_fill": "surface",
    "block_label_background_fill": "surface",
    "block_title_background_fill": "surface",
    "panel_background_fill": "surface",
    "input_background_fill": "surface",
    "input_background_fill_focus": "surface",
    "border_color_primary": "line",
    "border_color_accent": "blue",
    "block_border_color": "line",
    "block_label_border_color": "line",
    "panel_border_color": "line",
    "input_border_color": "edge",
    "input_border_color_focus": "focus",
    "body_text_color": "ink",
    "body_text_color_subdued": "ink3",
    "block_info_text_color": "ink3",
    "block_label_text_color": "ink2",
    "block_title_text_color": "ink",
    "input_placeholder_color": "ink3",
    "link_text_color": "blue",
    "link_text_color_active": "blue",
    "link_text_color_hover": "blue-hover",
    "link_text_color_visited": "blue",
    "color_accent": "blue",
    "color_accent_soft": "blue-tint",
    "loader_color": "blue",
    "slider_color": "blue",
    "stat_background_fill": "bar",
    "button_primary_background_fill": "blue",
    "button_primary_background_fill_hover": "blue-hover",
    "button_primary_border_color": "blue",
    "button_primary_border_color_hover": "blue-hover",
    "button_primary_text_color": "on-blue",
    "button_primary_text_color_hover": "on-blue",
    "button_secondary_background_fill": "surface",
    "button_secondary_background_fill_hover": "sunken",
    "button_secondary_border_color": "edge",
    "button_secondary_border_color_hover": "edge",
    "button_secondary_text_color": "ink",
    "button_secondary_text_color_hover": "ink",
    "checkbox_background_color_selected": "blue",
    "checkbox_border_color": "edge",
    "error_background_fill": "orange-tint",
    "error_border_color": "orange-mark",
    "error_icon_color": "orange",
    "error_text_color": "ink",
    "code_background_fill": "sunken",
    "table_border_color": "line",
    "table_text_color": "ink",
}
"""Theme variable: token."""


def fitting_room_theme() -> gr.themes.Base:
    """The theme; every colour is a token, with its dark twin."""
    theme = gr.themes.Base(
        font=("system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"),
        font_mono=("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace"),
        text_size=gr.themes.sizes.text_md,
    )
    known = inspect.signature(theme.set).parameters  # a few variables have no dark twin
    colours = {}
    for name, token in FILLS.items():
        for variable, colour in zip((name, f"{name}_dark"), TOKENS[token]):
            if variable in known:
                colours[variable] = colour
    return theme.set(
        **colours,
        block_shadow="none",
        block_radius="10px",
        button_large_radius="6px",
        button_medium_radius="6px",
        button_small_radius="6px",
        input_radius="6px",
        button_border_width="1px",
        input_border_width="1px",
        layout_gap="16px",
        form_gap_width="0px",
    )
