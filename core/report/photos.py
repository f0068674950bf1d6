"""Photos inside the report's own file."""

import base64

from core.catalog.images import thumbnail
from core.catalog.table import Catalog
from core.errors import PhotoError, WorkspaceError
from core.report.contents import Photo
from core.workspace import Workspace

SIDE = 240
"""Pixels of the longest side: sharp in print at the size shown, some 10 KB each."""


def inlined(workspace: Workspace, catalog: Catalog) -> Photo:
    """``photo(item_id)``: a JPEG as a ``data:`` address, or None without a readable photo."""
    rows = catalog.rows
    if workspace.images_dir is None or "image" not in rows:
        return lambda item_id: None
    image_of = dict(zip(rows["item_id"], rows["image"]))

    def photo(item_id: str) -> str | None:
        image = image_of.get(item_id)
        if not isinstance(image, str):
            return None
        try:
            data = thumbnail(workspace.photo_path(image), SIDE)
        except (PhotoError, WorkspaceError):
            return None
        return f"data:image/jpeg;base64,{base64.b64encode(data).decode()}"

    return photo
