"""The report of what init left out of a catalog, and why."""

import pandas as pd

from core.files import atomic_path
from core.workspace import Workspace

REASONS = (
    "duplicate row", "no id", "null label", "unknown class", "unknown tag value",
    "conflicting labels", "repeated id", "missing photo", "unreadable photo",
)
"""In the order in which a row is checked; the first that holds is given."""

TEXT_COLUMNS = ("item_id", "image", "reason", "detail")


def left_out_frame(row: object, *texts: object) -> pd.DataFrame:
    """One line for each row that is left out.

    Args:
        row: int (M,); 1 is the first row of data in the labels file.
        texts: for each of TEXT_COLUMNS str (M,): the id and the photo's path (missing where
            there is none), one of REASONS, and words that say more.
    """
    frame = pd.DataFrame(dict(zip(("row", *TEXT_COLUMNS), (row, *texts))))
    return frame.astype({"row": "int64", **dict.fromkeys(TEXT_COLUMNS, "str")})


def write_left_out(workspace: Workspace, left_out: pd.DataFrame) -> None:
    """Write left_out.csv, atomically."""
    with atomic_path(workspace.left_out_path) as temporary:
        left_out.to_csv(temporary, index=False)


def read_left_out(workspace: Workspace) -> pd.DataFrame:
    """Read the report, a frame as ``left_out_frame`` makes it; empty where there is none."""
    path = workspace.left_out_path
    if not path.exists():
        return left_out_frame([], [], [], [], [])
    text = dict.fromkeys(TEXT_COLUMNS, "str")
    return pd.read_csv(path, dtype=text, keep_default_na=False, na_values=[""])
