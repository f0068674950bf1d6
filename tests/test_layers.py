"""The order of imports is the order of the data; heavy libraries stay in their rooms."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
STAGES = [
    "errors", "files", "progress", "tasks", "taxonomy", "workspace", "catalog", "split",
    "balance", "model", "predictions", "decisions", "metrics", "search", "audit", "annotations",
    "report", "commands", "__main__",
]
SOURCES = sorted(p for top in ("core", "webapp") for p in (ROOT / top).rglob("*.py"))


def imports(path: Path) -> set[str]:
    """Dotted names that a module imports anywhere, also inside functions."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write imports in full"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


@pytest.mark.parametrize("path", [p for p in SOURCES if module(p).startswith("core.")], ids=module)
def test_core__imports_only_from_stages_to_its_left(path):
    own = module(path).split(".")[1]
    if own == "__init__":
        own = "errors"
    for name in imports(path):
        parts = name.split(".")
        assert parts[0] != "webapp", f"{module(path)} imports the web app"
        if parts[0] == "core" and len(parts) > 1:
            assert STAGES.index(parts[1]) <= STAGES.index(own), f"{module(path)} imports {name}"


@pytest.mark.parametrize("path", SOURCES, ids=module)
def test_tensorflow__stays_in_core_model(path):
    heavy = {name.split(".")[0] for name in imports(path)} & {"tensorflow", "keras", "keras_hub"}
    assert not heavy or module(path).startswith("core.model."), f"{module(path)} imports {heavy}"


@pytest.mark.parametrize("path", SOURCES, ids=module)
def test_gradio__stays_in_the_apps_outer_rooms(path):
    if "gradio" in {name.split(".")[0] for name in imports(path)}:
        rooms = ("webapp.app", "webapp.pages.", "webapp.components.")
        assert module(path).startswith(rooms), f"{module(path)} imports gradio"


@pytest.mark.parametrize("path", [p for p in SOURCES if p.name == "__init__.py"], ids=module)
def test_init_files__import_nothing(path):
    assert not imports(path)


@pytest.mark.parametrize(
    "start",
    ["import core.__main__ as m; m.build_app()", "import webapp.app"],
    ids=["command line", "app"],
)
def test_tensorflow__is_not_loaded_by_opening(start):
    check = f"{start}; import sys; print(sorted({{'tensorflow', 'keras'}} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", check], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.stdout.strip().splitlines()[-1:] == ["[]"], done.stdout + done.stderr


def test_top_level__holds_what_the_owner_asked_for():
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    top = {name.split("/")[0] for name in listed if name}
    visible = {name for name in top if not name.startswith(".")}
    assert visible <= {"webapp", "core", "assets", "tests", "requirements.txt", "README.md"}
