"""Photos to measure with: the folder beside the project where there is one, else the sample."""

import os
from pathlib import Path

from core.workspace import ASSETS

ROOT = ASSETS.parent


def some_photos() -> list[Path]:
    """Real or drawn photos, sorted by name."""
    data = Path(os.environ.get("FITTING_ROOM_DATA", ROOT.parent / "shared" / "data"))
    real = sorted((data / "secondhand" / "images").glob("*.jpg"))
    if real:
        return real
    from core.commands.opening import open_workspace

    return sorted(open_workspace("sample").images_dir.glob("*.jpg"))
