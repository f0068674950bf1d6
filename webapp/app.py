"""The app: FastAPI with Gradio mounted, pages in the order of the loop.

``demo`` is the Gradio part, for ``gradio webapp/app.py`` and for hosts that look for it;
``create_app`` is the whole, as ``python -m webapp`` serves it.
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # read when gradio is imported
os.environ.setdefault("GRADIO_RUN_HISTORY", "False")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import gradio as gr  # noqa: E402
from fastapi import FastAPI  # noqa: E402
from fastapi.middleware.cors import CORSMiddleware  # noqa: E402
from starlette.middleware import Middleware  # noqa: E402
from starlette.routing import BaseRoute, Mount  # noqa: E402

from core.catalog.images import MAX_BYTES  # noqa: E402
from webapp.actions.jobs import Jobs  # noqa: E402
from webapp.actions.served import Served  # noqa: E402
from webapp.assets import Assets, asset_url  # noqa: E402
from webapp.components.part import Part  # noqa: E402
from webapp.components.theme import fitting_room_theme  # noqa: E402
from webapp.cuts import cuts_router  # noqa: E402
from webapp.downloads import downloads_router  # noqa: E402
from webapp.flips import flips_router  # noqa: E402
from webapp.guard import LOOPBACK, Guard  # noqa: E402
from webapp.items import items_router  # noqa: E402
from webapp.labelling import labelling_router  # noqa: E402
from webapp.media import media_router  # noqa: E402
from webapp.pages import (  # noqa: E402
    agreement,
    confusion,
    corrections,
    explore,
    findings,
    label,
    models,
    predict,
    slices,
    thresholds,
    together,
)
from webapp.pages.shell import Shell  # noqa: E402
from webapp.render.tokens import tokens_css  # noqa: E402
from webapp.session import PAGES  # noqa: E402
from webapp.uploads import uploads_router  # noqa: E402
from webapp.votes import votes_router  # noqa: E402

BUILD = {page.__name__.rpartition(".")[2]: page.build
         for page in (explore, predict, confusion, together, thresholds, slices, label, agreement,
                      findings, corrections, models)}
STYLES = ("base", "shell", "parts", "plot", "relabel", "training", *PAGES, "bench")


def build_demo(served: Served) -> gr.Blocks:
    """All pages and their wiring; nothing is opened before the first visit."""
    demo = gr.Blocks(title="Fitting Room", analytics_enabled=False, fill_width=True,
                     delete_cache=(600, 600))
    with demo:
        shell = Shell(served, Jobs())
        for name in PAGES:
            with gr.Column(elem_id=f"page-{name}", elem_classes="page"):
                shell.notices[name] = Part("notice", events=("do",), elem_id=f"notice-{name}")
                shell.pages[name] = BUILD[name](shell)
        shell.wire(demo)
    return demo


def head() -> str:
    """Stylesheets, the saved theme before the first paint, and the mark."""
    links = "".join(f'<link rel="stylesheet" href="{asset_url(f"css/{name}.css")}">'
                    for name in STYLES)
    return (
        f"<style>{tokens_css()}</style>{links}"
        f'<script src="{asset_url("js/theme.js")}"></script>'
        f'<link rel="modulepreload" href="{asset_url("js/header.js")}">'
        '<meta name="color-scheme" content="light dark">'
    )


def page_settings() -> dict:
    """What ``mount_gradio_app`` and ``launch`` are both given."""
    return {
        "theme": fitting_room_theme(),
        "head": head(),
        "footer_links": [],
        "run_history": False,
        "show_error": False,
        "max_file_size": MAX_BYTES + 1024 * 1024,  # larger ones still get their own sentence
        "favicon_path": None,
    }


def own_routes(served: Served) -> list[BaseRoute]:
    """Photos, downloads and our own assets; they come before Gradio's."""
    assets = Mount("/ui", Assets(), name="ui")
    routers = [make(served) for make in (media_router, downloads_router, uploads_router,
                                         flips_router, cuts_router, items_router, labelling_router,
                                         votes_router)]
    return [*(route for router in routers for route in router.routes), assets]


def create_app(served: Served | None = None, host: str = "127.0.0.1") -> FastAPI:
    """The whole app; without ``served`` it offers what ``demo`` does.

    On a loopback host only requests for that host are answered.
    """
    blocks = demo if served is None else build_demo(served)
    app = FastAPI(title="Fitting Room", docs_url=None, redoc_url=None, openapi_url=None,
                  routes=own_routes(served or served_here))
    app.add_middleware(CORSMiddleware, allow_origins=[])  # our own, else Gradio allows any
    app.add_middleware(Guard, loopback_only=host in LOOPBACK)
    return gr.mount_gradio_app(app, blocks, path="/", server_name=host, **page_settings())


served_here = Served(os.environ.get("FITTING_ROOM_WORKSPACES", "sample").split(os.pathsep))
demo = build_demo(served_here)

if __name__ == "__main__":
    demo.launch(
        **page_settings(),
        app_kwargs={
            "routes": own_routes(served_here),
            "middleware": [Middleware(Guard, loopback_only=False)],
        },
    )
