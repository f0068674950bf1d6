"""The app's own stylesheets and browser modules, served under an address that changes with them."""

import gzip
import hashlib
from functools import cache
from importlib.metadata import version as installed
from importlib.util import find_spec
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from core.workspace import ASSETS

FOLDERS = ("css", "js", "img")
PLOTLY = "plotly.min.js"
A_YEAR = "public, max-age=31536000, immutable"


@cache
def version() -> str:
    """12 hex digits over all files: a changed file changes every address."""
    digest = hashlib.sha256(installed("plotly").encode())
    for folder in FOLDERS:
        for path in sorted((ASSETS / folder).rglob("*")):
            if path.is_file():
                digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def asset_url(path: str) -> str:
    """Address of ``assets/<path>``, relative to the page."""
    return f"ui/{version()}/{path}"


@cache
def plotly_js() -> bytes:
    """plotly.js out of the installed Python package, compressed (gzip)."""
    package = Path(find_spec("plotly").origin).parent
    return gzip.compress((package / "package_data" / PLOTLY).read_bytes(), 6, mtime=0)


class Assets(StaticFiles):
    """css, js and img of the assets folder, to be kept for a year: addresses hold the version.

    ``plotly.min.js`` beside them is the Python package's own.
    """

    def __init__(self):
        super().__init__(directory=ASSETS)

    async def get_response(self, path: str, scope) -> Response:
        _, _, inside = path.partition("/")  # the version
        if inside == PLOTLY:
            return _plotly(Headers(scope=scope))
        if inside.split("/")[0] not in FOLDERS:
            return Response(status_code=404)
        response = await super().get_response(inside, scope)
        response.headers["Cache-Control"] = A_YEAR
        return response


def _plotly(asked: Headers) -> Response:
    packed, data = "gzip" in asked.get("accept-encoding", ""), plotly_js()
    headers = {"Cache-Control": A_YEAR, "Vary": "Accept-Encoding"}
    if packed:
        headers["Content-Encoding"] = "gzip"
    return Response(data if packed else gzip.decompress(data), headers=headers,
                    media_type="text/javascript")
