"""How photos look, in figures by which items can be told apart: measured once, then kept."""

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image

from core.audit.looks import SEEN_SIDE, brightness_and_sharpness
from core.catalog.images import read_photo
from core.catalog.table import Catalog
from core.errors import PhotoError, WorkspaceError
from core.files import atomic_path
from core.progress import Progress, silent
from core.workspace import Workspace, cache_home

MEASURED = ("brightness", "contrast", "colourfulness", "sharpness", "colour")
"""What is found by reading a photo. ``brightness``: mean luma, 0 black to 255 white; ``contrast``:
its standard deviation; ``colourfulness``: by Hasler and Suesstrunk (2003), 0 is grey;
``sharpness``: as in ``core.audit.looks``; ``colour``: the most frequent one in the middle."""

KNOWN = ("megapixels", "height to width")
"""What the catalog knows without reading it."""

VERSION = 1
SAVED_EVERY, TOLD_EVERY = 500, 20
SMALL = 64
COLOURS = ("black", "grey", "white", "red", "brown", "orange", "yellow", "green", "blue", "purple",
           "pink")
HUES = ((18, "red"), (42, "orange"), (68, "yellow"), (165, "green"), (255, "blue"), (290, "purple"),
        (342, "pink"), (361, "red"))
"""Up to which angle of hue (degrees) a colour goes; a dark orange is called brown."""


def measures_of(workspace: Workspace, catalog: Catalog) -> dict[str, np.ndarray]:
    """What is known of the items' photos so far.

    Returns:
        By name float64 (N,), NaN where unknown, or object (N,) of str, None where unknown;
        MEASURED ones only once a photo was measured.
    """
    rows, found = catalog.rows, {}
    if "width" in rows and "height" in rows:
        width, height = (rows[side].astype("Float64").to_numpy(np.float64, na_value=np.nan)
                         for side in ("width", "height"))
        found = dict(zip(KNOWN, (np.round(width * height / 1e6, 3), np.round(height / width, 3))))
    kept = _read(workspace)
    if len(kept) and "content" in rows:
        own = kept.reindex(rows["content"])
        for name in MEASURED:
            values = own[name].to_numpy()
            found[name] = np.where(pd.isna(values), None, values) if name == "colour" else (
                values.astype(np.float64))
    return found


def measures_stamp(workspace: Workspace) -> int:
    """Another number whenever more photos were measured; 0 while none was."""
    try:
        return _path(workspace).stat().st_mtime_ns
    except OSError:
        return 0


def unmeasured(workspace: Workspace, catalog: Catalog) -> int:
    """How many different photos wait to be measured."""
    return len(_waiting(workspace, catalog, _read(workspace)))


def measure_photos(workspace: Workspace, catalog: Catalog, progress: Progress = silent) -> None:
    """Measure every photo that is not known yet.

    Args:
        progress: told (photos done, all); may raise Cancelled, then what was measured is kept.

    Raises:
        StorageError: the cache cannot be written.
    """
    kept = _read(workspace)
    waiting = _waiting(workspace, catalog, kept)
    fresh: dict[str, Any] = {}

    def one(content_image: tuple[str, str]) -> tuple[str, tuple]:
        content, image = content_image
        try:
            photo = read_photo(workspace.photo_path(image), about=(SEEN_SIDE, SEEN_SIDE))
        except (PhotoError, WorkspaceError):
            return content, (np.nan,) * 4 + (None,)  # known not to be readable
        return content, measure(photo)

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        try:
            for done, (content, values) in enumerate(pool.map(one, waiting.items()), 1):
                fresh[content] = values
                if done % SAVED_EVERY == 0:
                    _write(workspace, kept, fresh)
                if done % TOLD_EVERY == 0 or done == len(waiting):
                    progress(done, len(waiting))
        finally:
            pool.shutdown(cancel_futures=True)  # when cancelled, no further photo is read
            if fresh:
                _write(workspace, kept, fresh)


def measure(rgb: np.ndarray) -> tuple[float, float, float, float, str]:
    """MEASURED of one photo, in their order.

    Args:
        rgb: uint8 (H, W, 3).
    """
    picture = Image.fromarray(rgb)
    luma = picture.convert("L")
    brightness, sharpness = brightness_and_sharpness(luma)
    small = np.asarray(picture.resize((SMALL, SMALL), Image.Resampling.BOX), np.float64)
    red, green, blue = np.moveaxis(small, 2, 0)
    across, yellow_blue = red - green, (red + green) / 2 - blue
    colourfulness = np.hypot(across.std(), yellow_blue.std()) + 0.3 * np.hypot(
        across.mean(), yellow_blue.mean())
    contrast = float(np.asarray(luma, np.float32).std())
    return brightness, contrast, float(colourfulness), sharpness, main_colour(small)


def main_colour(small: np.ndarray) -> str:
    """The most frequent of COLOURS in the middle of a photo.

    Args:
        small: (SMALL, SMALL, 3) of 0 to 255; the garment lies in the middle half, mostly.
    """
    edge = SMALL // 4
    middle = small[edge:-edge, edge:-edge].reshape(-1, 3)
    light, dark = middle.max(axis=1), middle.min(axis=1)
    span = light - dark
    pure = np.divide(span, light, out=np.zeros(len(span)), where=light > 0)
    names = np.where(light < 55, "black", np.where(pure < 0.18, np.where(
        dark > 195, "white", "grey"), ""))
    plain = names == ""
    hue = _hue(middle[plain], light[plain], span[plain])
    named = np.array([name for _, name in HUES], object)[
        np.searchsorted([end for end, _ in HUES], hue, side="right")]
    names = names.astype(object)
    names[plain] = np.where((named == "orange") & (light[plain] < 150), "brown", named)
    counts = pd.Series(names).value_counts()
    return max(COLOURS, key=lambda name: counts.get(name, 0))


def _hue(rgb: np.ndarray, light: np.ndarray, span: np.ndarray) -> np.ndarray:
    """float64 (P,): degrees, 0 red, 120 green, 240 blue."""
    red, green, blue = rgb.T
    span = np.maximum(span, 1e-9)
    turn = np.select([light == red, light == green], [(green - blue) / span % 6,
                                                      (blue - red) / span + 2],
                     (red - green) / span + 4)
    return turn * 60


def _path(workspace: Workspace) -> Path:
    key = hashlib.sha256(str(workspace.root.resolve()).encode()).hexdigest()[:16]
    return cache_home() / "measures" / f"{key}-v{VERSION}.parquet"


def _read(workspace: Workspace) -> pd.DataFrame:
    """MEASURED by content hash; empty when there is none, or it is damaged."""
    try:
        return pd.read_parquet(_path(workspace))[list(MEASURED)]
    except (OSError, ValueError, KeyError):
        return pd.DataFrame(columns=list(MEASURED), index=pd.Index([], name="content"))


def _write(workspace: Workspace, kept: pd.DataFrame, fresh: dict[str, Any]) -> None:
    new = pd.DataFrame.from_dict(fresh, orient="index", columns=list(MEASURED))
    both = pd.concat([part for part in (kept, new) if len(part)]).rename_axis("content")
    with atomic_path(_path(workspace)) as temporary:
        both.to_parquet(temporary)


def _waiting(workspace: Workspace, catalog: Catalog, kept: pd.DataFrame) -> dict[str, str]:
    """Content hash: path of one of its photos, of all that are not known."""
    rows = catalog.rows
    if workspace.images_dir is None or "content" not in rows or "image" not in rows:
        return {}
    some = rows[rows["content"].notna() & rows["image"].notna()]
    fresh = some[~some["content"].isin(kept.index)].drop_duplicates("content")
    return dict(zip(fresh["content"], fresh["image"]))
