import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.errors import PredictionsError
from core.predictions import store, together
from core.predictions.columns import ScoreColumns
from core.predictions.store import manifest, read_predictions, score_files
from tests.core.predictions.colours import TASKS, photos
from tests.core.predictions.test_run import start


def write(path, **columns):
    pq.write_table(pa.table(columns), path, row_group_size=2)
    return path


def test_columns__of_several_files_follow_one_another(tmp_path):
    first = write(tmp_path / "a.parquet", item_id=["a", "b", "c"], x=pa.array([0.1, 0.2, 0.3]),
                  y=pa.array([1, 0, 1], pa.float32()))
    second = write(tmp_path / "b.parquet", y=pa.array([0.5], pa.float32()), item_id=["d"],
                   x=pa.array([0.4]))

    found = ScoreColumns([first, second])

    assert found.rows == 4 and found.ids().to_pylist() == ["a", "b", "c", "d"]
    assert found.read(["y", "x"]).dtype == np.float32
    np.testing.assert_allclose(
        found.read(["y", "x"]), np.float32([[1, 0, 1, 0.5], [0.1, 0.2, 0.3, 0.4]]))


def test_columns__that_are_no_scores_are_refused(tmp_path):
    path = write(tmp_path / "a.parquet", item_id=["a", None], word=["x", "y"],
                 gap=pa.array([0.1, None]))
    found = ScoreColumns([path])

    for name, why in (("none", "has no column 'none'; it was made for other tasks"),
                      ("word", "'word' of the predictions holds string, not numbers"),
                      ("gap", "'gap' of the predictions has empty cells")):
        with pytest.raises(PredictionsError, match=why):
            found.read([name])
    with pytest.raises(PredictionsError, match="1 rows of the predictions have no item_id"):
        found.ids()
    with pytest.raises(PredictionsError, match="there is no file .*none.parquet; make it with"):
        ScoreColumns([tmp_path / "none.parquet"])
    (tmp_path / "bad.parquet").write_bytes(b"PAR1")
    with pytest.raises(PredictionsError, match="not a Parquet file that can be read"):
        ScoreColumns([tmp_path / "bad.parquet"])


def test_run__of_many_shards_puts_their_scores_together(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "GATHERED_FROM", 3)
    monkeypatch.setattr(together, "GROUP", 15)
    jobs, out = photos(tmp_path / "photos", 35), tmp_path / "out"
    start(jobs[:20], out)
    assert manifest(out)["gathered"] is None and len(score_files(out)) == 2

    start(jobs, out, embedding=True)

    (path,) = score_files(out)
    assert path.name.startswith("scores-") and manifest(out)["gathered"] == path.name
    facts = pq.read_metadata(path)
    assert [facts.row_group(group).num_rows for group in range(facts.num_row_groups)] == [
        10, 10, 15]
    assert "embedding" not in pq.read_schema(path).names
    every = read_predictions(out, TASKS)
    assert ScoreColumns([path]).ids().to_pylist() == every.item_ids.tolist()
    assert (ScoreColumns([path]).read(["category:RED"])[0] == every.category[:, 0]).all()
    assert "gathered" not in every.about


def test_run__removes_what_was_put_together_of_an_older_run(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "GATHERED_FROM", 2)
    jobs, out = photos(tmp_path / "photos", 20), tmp_path / "out"
    start(jobs, out)
    before = score_files(out)

    start(jobs, out, fingerprint="f01")

    assert score_files(out) != before and not before[0].exists()
    score_files(out)[0].unlink()
    assert len(score_files(out)) == 2 and ScoreColumns(score_files(out)).rows == 20
