"""What many tests share: photos to work on, workspaces made from them."""

import os
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent

# Examples are judged by what they find, not by how busy the machine is.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.fixture(scope="session", autouse=True)
def own_home(tmp_path_factory):
    """Caches of a test run live and die with it."""
    before = os.environ.get("FITTING_ROOM_HOME")
    home = tmp_path_factory.mktemp("home")
    os.environ["FITTING_ROOM_HOME"] = str(home)
    yield home
    if before is None:
        del os.environ["FITTING_ROOM_HOME"]
    else:
        os.environ["FITTING_ROOM_HOME"] = before


@pytest.fixture(scope="session")
def shared_data() -> Path | None:
    """The folder of real photos beside the project; None on a machine without it."""
    folder = Path(os.environ.get("FITTING_ROOM_DATA", ROOT.parent / "shared" / "data"))
    return folder if (folder / "secondhand" / "data.parquet").exists() else None


@pytest.fixture(scope="session")
def sample_workspace(own_home):
    """The built-in workspace, drawn once for the whole run. Treat as read-only."""
    from core.commands.opening import open_workspace

    return open_workspace("sample")


@pytest.fixture(scope="session")
def labelled_photos(shared_data, request) -> tuple[pd.DataFrame, Path, str]:
    """Labels, images folder and group column: real photos where there are some, else drawn."""
    if shared_data is not None:
        folder = shared_data / "secondhand"
        return pd.read_parquet(folder / "data.parquet"), folder / "images", "sender_id"
    workspace = request.getfixturevalue("sample_workspace")
    from core.catalog.table import read_catalog

    rows = read_catalog(workspace).rows
    labels = pd.DataFrame({"uuid": rows["item_id"], "cc3": rows["category"]})
    for tag in workspace.tasks.tag_names:
        labels[tag] = rows[f"tag:{tag}"].astype(int)
    labels["seller_id"] = rows["group"]
    return labels, workspace.images_dir, "seller_id"


@pytest.fixture(scope="session")
def sixty(labelled_photos, tmp_path_factory):
    """A workspace of 60 photos, 12 of each class. Treat as read-only."""
    from core.commands.init import make_workspace

    labels, images, _ = labelled_photos
    few = labels.groupby("cc3").head(12)
    folder = tmp_path_factory.mktemp("sixty")
    few.to_parquet(folder / "labels.parquet")
    return make_workspace(folder / "workspace", folder / "labels.parquet", images)
