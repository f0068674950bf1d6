"""Photos over HTTP: small and large views of a workspace's own photos, never the raw files."""

import hashlib
import threading
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import FileResponse, PlainTextResponse, Response

from core.catalog.images import thumbnail
from core.errors import FittingRoomError, PhotoError, StorageError
from core.files import atomic_path
from core.workspace import Workspace, cache_home
from webapp.actions.served import Served
from webapp.session import Session

THUMB, PHOTO = 360, 1400
"""Longest sides in pixels: of a card at twice its size, and of the large view."""

FOREVER = "private, max-age=31536000, immutable"
A_WHILE = "private, max-age=300"

_decoding = threading.BoundedSemaphore(2)  # a large photo takes some 50 MB while it is decoded


def media_router(served: Served) -> APIRouter:
    """``/media/thumb/{item_id}`` and ``/media/photo/{item_id}`` with ``?workspace=KEY``."""
    router = APIRouter(prefix="/media", include_in_schema=False)

    @router.get("/thumb/{item_id:path}")
    def thumb(item_id: str, workspace: str, request: Request) -> Response:
        return _answer(served, workspace, item_id, THUMB, request)

    @router.get("/photo/{item_id:path}")
    def photo(item_id: str, workspace: str, request: Request) -> Response:
        return _answer(served, workspace, item_id, PHOTO, request)

    return router


def _answer(served: Served, key: str, item_id: str, size: int, request: Request) -> Response:
    try:
        path, content = photo_file(served, key, item_id)
        view = small_view(path, content, size)
    except FittingRoomError as error:
        return PlainTextResponse(str(error), 404)
    tag = f'"{view.name}"'
    headers = {"Cache-Control": FOREVER if "v" in request.query_params else A_WHILE, "ETag": tag}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return FileResponse(view, media_type="image/jpeg", headers=headers)


def photo_file(served: Served, key: str, item_id: str) -> tuple[Path, str]:
    """The photo's path inside the images folder, and what identifies its content.

    Raises:
        PhotoError: the item has no photo, or it lies outside that folder, or is gone.
    """
    opened = served.open(Session(key))
    place = int(opened.place_of.get_indexer([item_id])[0])
    image = opened.catalog.rows["image"].iloc[place] if place >= 0 else None
    if not isinstance(image, str):
        raise PhotoError(f"item {item_id} has no photo in this workspace", "missing photo")
    path = _inside(opened.workspace, image)
    content = opened.catalog.rows["content"].iloc[place]
    return path, content if isinstance(content, str) else _stamp(path)


def _inside(workspace: Workspace, image: str) -> Path:
    """Follow links too: what they point at must lie in the images folder as well."""
    path = workspace.photo_path(image)
    if not path.resolve().is_relative_to(workspace.images_dir.resolve()):
        raise PhotoError(f"{image} leads outside the images folder", "outside")
    if not path.is_file():
        raise PhotoError(f"{image} is not in the images folder any more", "missing photo")
    return path


def _stamp(path: Path) -> str:
    state = path.stat()
    return hashlib.sha256(f"{path} {state.st_mtime_ns} {state.st_size}".encode()).hexdigest()[:32]


def small_view(path: Path, content: str, size: int) -> Path:
    """A cached small view of a photo, made when it is first asked for.

    Args:
        content: identifies what is in the file; part of the cached name.
        size: longest side in pixels.

    Raises:
        PhotoError: the file is no photo that can be read safely.
        StorageError: the cache cannot be written.
    """
    folder = cache_home() / "views" / content[:2]
    view = folder / f"{content}-{size}.jpg"
    if view.exists():
        return view
    with _decoding:
        data = thumbnail(path, size)
    try:
        with atomic_path(view) as temporary:
            temporary.write_bytes(data)
    except StorageError:
        if not view.exists():
            raise
    return view

