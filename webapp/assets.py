"""The app's own stylesheets and browser modules, served under an address that changes with them."""

import hashlib
from functools import cache

from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from core.workspace import ASSETS

FOLDERS = ("css", "js", "img")
A_YEAR = "public, max-age=31536000, immutable"


@cache
def version() -> str:
    """12 hex digits over all files: a changed file changes every address."""
    digest = hashlib.sha256()
    for folder in FOLDERS:
        for path in sorted((ASSETS / folder).rglob("*")):
            if path.is_file():
                digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def asset_url(path: str) -> str:
    """Address of ``assets/<path>``, relative to the page."""
    return f"ui/{version()}/{path}"


class Assets(StaticFiles):
    """css, js and img of the assets folder, to be kept for a year: addresses hold the version."""

    def __init__(self):
        super().__init__(directory=ASSETS)

    async def get_response(self, path: str, scope) -> Response:
        _, _, inside = path.partition("/")  # the version
        if inside.split("/")[0] not in FOLDERS:
            return Response(status_code=404)
        response = await super().get_response(inside, scope)
        response.headers["Cache-Control"] = A_YEAR
        return response
