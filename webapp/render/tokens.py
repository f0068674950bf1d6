"""Colours of the interface, light and dark; theme, components and figures read these."""

TOKENS: dict[str, tuple[str, str]] = {
    "page": ("#F5F6F8", "#0F1318"),
    "surface": ("#FFFFFF", "#181D24"),
    "sunken": ("#ECEFF3", "#212832"),
    "mat": ("#E9ECF0", "#0B0E12"),
    "line": ("#DCE1E8", "#2D3641"),
    "edge": ("#7C8796", "#758294"),
    "ink": ("#141A22", "#ECF0F5"),
    "ink2": ("#434D5B", "#B7C1CE"),
    "ink3": ("#5F6B7A", "#95A1B0"),
    "blue": ("#1D5FC2", "#86B5FF"),
    "blue-hover": ("#164B9B", "#A9CBFF"),
    "blue-tint": ("#E6EFFC", "#182C4A"),
    "on-blue": ("#FFFFFF", "#0B1A30"),
    "bar": ("#1D5FC2", "#6AA3F8"),
    "bar2": ("#71869F", "#70839B"),
    "orange": ("#A24A00", "#FFB066"),
    "orange-mark": ("#D0690A", "#F29A45"),
    "orange-tint": ("#FDEFDF", "#3A2714"),
    "focus": ("#1D5FC2", "#A9CBFF"),
    "right1": ("#DCE8FA", "#16243A"),
    "right2": ("#B5D0F5", "#1B355C"),
    "right3": ("#7FAAEA", "#265089"),
    "right4": ("#3F7FD6", "#4A83D6"),
    "right5": ("#1D5FC2", "#86B5FF"),
    "wrong1": ("#FDF3E8", "#271E16"),
    "wrong2": ("#FBDDBD", "#432D18"),
    "wrong3": ("#F6BE85", "#6B431A"),
    "wrong4": ("#E5933F", "#BF7A2C"),
    "wrong5": ("#A24A00", "#FFB066"),
    "phi-low": ("#C9650C", "#C9650C"),
    "phi-none": ("#F3F5F8", "#F3F5F8"),
    "phi-high": ("#1D5FC2", "#1D5FC2"),
    "card-shadow": ("0 1px 2px rgb(20 26 34 / 6%)", "none"),
    "float-shadow": ("0 8px 28px rgb(20 26 34 / 16%)", "0 8px 28px rgb(0 0 0 / 55%)"),
}
"""Name: (light, dark)."""


def light(name: str) -> str:
    return TOKENS[name][0]


def dark(name: str) -> str:
    return TOKENS[name][1]


def tokens_css() -> str:
    """Every token as the CSS variable ``--NAME``; dark under Gradio's ``.dark``."""
    def block(selector: str, side: int) -> str:
        lines = "".join(f"--{name}:{values[side]};" for name, values in TOKENS.items())
        return f"{selector}{{{lines}}}"

    return block(":root", 0) + block(".dark", 1)
