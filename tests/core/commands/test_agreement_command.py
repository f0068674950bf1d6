import json

import pandas as pd
import pytest

from core.__main__ import main
from core.annotations.apply import current_catalog
from core.annotations.ballot import ballots
from core.annotations.present import OPEN
from core.annotations.records import workspace_records
from core.catalog.table import read_catalog, write_catalog
from core.commands.init import make_workspace
from core.workspace import Settings, Workspace
from tests.annotated import TASKS, catalog

VOTES = """sku,annotator,kind,tags
i0,ann,HATS,red
i0,bob,HATS,
i0,cem,HATS,red
i1,ann,BELTS,
i1,bob,BAGS,
i1,cem,BELTS,
i2,ann,BAGS,
i2,bob,OTHER,
i7,ann,BAGS,
i7,bob,SHOES,
"""


@pytest.fixture
def workspace(tmp_path):
    made = Workspace.create(tmp_path / "W", Settings("shop"), TASKS)
    write_catalog(made, catalog(["HATS", "BAGS", "BAGS"], split=["train", "heldout", "train"]))
    (tmp_path / "votes.csv").write_text(VOTES, encoding="utf-8")
    return made


def run(capsys, *arguments):
    code = main(list(map(str, arguments)))
    out, err = capsys.readouterr()
    return code, out, err


def test_import_votes__says_what_it_added_left_out_and_changed(workspace, capsys):
    votes = workspace.root.parent / "votes.csv"

    code, out, err = run(capsys, "import-votes", workspace.root, votes)

    assert (code, err) == (0, "")
    assert "29 answers added, by 3 annotators on 4 items" in out
    assert "1 item not in the catalog; their votes are kept" in out
    assert "1 answer left out, listed in" in out and "unknown answer" in out
    assert "2 items with a majority of at least two votes, 2 left open for the queue" in out
    assert "labels that now differ from the catalog's: 2, 1 of them held-out" in out
    listed = pd.read_csv(workspace.root / "left_out_votes.csv")
    assert listed["detail"].tolist() == ["'SHOES' is no answer to 'category'"]

    code, out, _ = run(capsys, "import-votes", workspace.root, votes)
    assert "0 answers added" in out and "29 were in the log already" in out

    labelled = current_catalog(workspace)
    assert labelled.rows["category"].tolist() == ["HATS", "BELTS", "BAGS"]
    assert labelled.rows["tag:red"].tolist() == [True, False, False]


def test_agreement__prints_and_writes_the_same_figures(workspace, capsys, tmp_path):
    run(capsys, "import-votes", workspace.root, workspace.root.parent / "votes.csv")

    code, out, err = run(capsys, "agreement", workspace.root, "--json", tmp_path / "a.json")

    figures = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert (code, err) == (0, "")
    assert "ann and bob" in out and "one more vote would settle most on" in out
    assert figures["category"]["agreement"] == 4 / 7
    assert figures["category"]["consensus"]["ties"] == 1
    assert figures["category"]["consensus"]["model"] == 0
    assert figures["review"][0]["item_id"] == "i2"
    assert 0 < figures["annotators"]["ann"]["category"]["quality"] <= 1


def test_agreement__of_nobody_says_what_to_do(workspace, capsys):
    code, out, _ = run(capsys, "agreement", workspace.root)
    assert code == 0
    assert "nobody has voted yet; import votes with import-votes" in out
    assert not (workspace.root / "annotations.db").exists()


def test_missing_file__is_one_sentence(workspace, capsys):
    code, out, err = run(capsys, "import-votes", workspace.root, "none.csv")
    assert (code, out) == (1, "")
    assert err == "error: there is no file none.csv; name an existing file of votes\n"


def three_voters(shared_data, tmp_path):
    """Real votes where there are some, else made ones: labels file and votes file."""
    if shared_data is not None:
        folder = shared_data / "secondhand"
        return folder / "data.parquet", folder / "votes.parquet", (0.885, 0.916)
    kinds = ["A", "B", "C"] * 40
    rows = [(f"x{k}", who, kinds[(k + 1) % 120] if k % 13 == place else kinds[k], "")
            for k in range(120) for place, who in enumerate(("ann", "bob", "cem"))]
    pd.DataFrame(rows, columns=["uuid", "annotator", "cc3", "tags"]).to_parquet(tmp_path / "v.parquet")
    labels = pd.DataFrame({"uuid": [f"x{k}" for k in range(120)], "cc3": kinds, "floral": 0})
    labels.to_parquet(tmp_path / "d.parquet")
    return tmp_path / "d.parquet", tmp_path / "v.parquet", (0.7, 0.9)


def test_three_voters__agree_as_published_and_their_majority_is_the_catalog(
    shared_data, tmp_path, capsys
):
    labels, votes, (low, high) = three_voters(shared_data, tmp_path)
    workspace = make_workspace(tmp_path / "W", labels)
    run(capsys, "import-votes", workspace.root, votes)
    run(capsys, "agreement", workspace.root, "--json", tmp_path / "a.json")

    figures = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    kappas = [pair["kappa"] for pair in figures["category"]["pairs"]]
    assert len(kappas) == 3
    assert all(low < kappa < high for kappa in kappas)

    before, after = read_catalog(workspace), current_catalog(workspace)
    assert not after.rows["corrected"].any()
    pd.testing.assert_frame_equal(after.rows[before.rows.columns], before.rows)
    category = ballots(workspace_records(workspace), workspace.tasks)[0]
    in_a_class = (category.majority != OPEN) & (category.majority < len(workspace.tasks.classes))
    assert set(category.item_ids[in_a_class]) == set(before.item_ids)
