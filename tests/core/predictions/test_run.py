import errno
import os
import signal
import subprocess
import sys
import textwrap
import time

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from PIL import Image

from core.errors import ModelError, PredictionsError, StorageError
from core.predictions import store
from core.predictions.fingerprint import run_fingerprint
from core.predictions.pipeline import Job
from core.predictions.run import run
from core.predictions.store import read_predictions, read_rejected, write_single
from core.progress import Cancelled
from tests.core.predictions.colours import TASKS, ColourPredictor, expected_red, photos


def start(jobs, folder, **options):
    given = {"fingerprint": "f00", "shard_size": 10, "workers": 2, **options}
    return run(jobs, ColourPredictor, folder, **given)


def shards(folder):
    return sorted(path.name for path in folder.glob("0*.parquet"))


def test_run__answers_every_photo_in_the_order_of_the_jobs(tmp_path):
    jobs = photos(tmp_path / "photos", 35)

    report = start(jobs, tmp_path / "out", about={"model_id": "m1"})

    found = read_predictions(tmp_path / "out", TASKS, model_id="m1")
    assert found.item_ids.tolist() == [job.item_id for job in jobs]
    assert found.category[:, 0].tolist() == [expected_red(n) for n in range(35)]
    assert (report.written, report.skipped, report.rejected, report.total) == (35, 0, 0, 35)
    assert len(shards(tmp_path / "out")) == 4
    assert found.about["model_id"] == "m1" and "made" in found.about


def test_run__again_makes_only_what_is_missing(tmp_path):
    jobs, out = photos(tmp_path / "photos", 35), tmp_path / "out"
    start(jobs, out)
    before = {name: (out / name).stat().st_mtime_ns for name in shards(out)}
    (out / shards(out)[1]).unlink()
    opened = []

    report = run(jobs, lambda: opened.append(1) or ColourPredictor(), out, fingerprint="f00",
                 shard_size=10, workers=1)
    again = run(jobs, lambda: pytest.fail("nothing is left to do"), out, fingerprint="f00",
                shard_size=10)

    assert (report.written, report.skipped) == (10, 25) and opened == [1]
    assert (again.written, again.skipped, again.photos_per_second) == (0, 35, 0)
    after = {name: (out / name).stat().st_mtime_ns for name in shards(out)}
    assert sum(after[name] == before[name] for name in before) == 3
    assert len(read_predictions(out, TASKS)) == 35


def test_run__makes_only_the_last_shard_again_when_items_were_added(tmp_path):
    jobs, out = photos(tmp_path / "photos", 35), tmp_path / "out"
    start(jobs[:25], out)

    report = start(jobs, out)

    assert (report.written, report.skipped) == (15, 20)
    assert len(shards(out)) == 4  # the old, short last shard is gone
    assert len(read_predictions(out, TASKS)) == 35


@pytest.mark.parametrize("change", [{"fingerprint": "f01"}, {"embedding": True}])
def test_run__makes_all_again_when_what_scores_depend_on_changed(tmp_path, change):
    jobs, out = photos(tmp_path / "photos", 15), tmp_path / "out"
    start(jobs, out)

    report = start(jobs, out, **change)

    assert (report.written, report.skipped) == (15, 0)
    assert len(shards(out)) == 2


def test_run__answers_a_photo_again_that_was_replaced(tmp_path):
    jobs, out = photos(tmp_path / "photos", 15), tmp_path / "out"
    start(jobs, out)
    Image.new("RGB", (12, 16), (255, 0, 0)).save(jobs[3].photo)
    os.utime(jobs[3].photo, ns=(1, 1))

    report = start(jobs, out)

    assert report.written == 10
    assert read_predictions(out, TASKS).category[3, 0] == 1


def test_run__mends_a_damaged_shard(tmp_path):
    jobs, out = photos(tmp_path / "photos", 15), tmp_path / "out"
    start(jobs, out)
    (out / shards(out)[0]).write_bytes(b"PAR1 cut short")

    with pytest.raises(PredictionsError, match="is missing or damaged; predict again"):
        read_predictions(out, TASKS)
    start(jobs, out)

    assert len(read_predictions(out, TASKS)) == 15


def test_run__keeps_the_embedding_as_float16_when_asked(tmp_path):
    jobs = photos(tmp_path / "photos", 12)

    start(jobs, tmp_path / "out", embedding=True)

    found = read_predictions(tmp_path / "out", TASKS)
    assert found.embedding.dtype == np.float16 and found.embedding.shape == (12, 3)
    light = read_predictions(tmp_path / "out", TASKS, embedding=False)
    assert light.embedding is None and (light.category == found.category).all()
    start(jobs, tmp_path / "plain")
    assert read_predictions(tmp_path / "plain", TASKS).embedding is None


def test_run__sets_bad_photos_aside_with_the_reason(tmp_path):
    jobs = photos(tmp_path / "photos", 12)
    jobs[2].photo.write_bytes(b"")
    jobs[11].photo.unlink()

    report = start(jobs, tmp_path / "out")
    again = start(jobs, tmp_path / "out")

    assert (report.written, report.rejected, report.read) == (10, 2, 10)
    assert (again.written, again.skipped, again.rejected) == (0, 12, 2)
    rejected = read_rejected(tmp_path / "out")
    assert rejected["item_id"].tolist() == ["item 2", "item 11"]
    assert rejected["reason"][0] == "p00002.png is empty (0 bytes); copy or export it again"
    written = pd.read_parquet(tmp_path / "out" / "rejected.parquet")
    assert written.columns.tolist() == ["item_id", "reason"]
    assert written["item_id"].tolist() == ["item 2", "item 11"]
    assert len(read_predictions(tmp_path / "out", TASKS)) == 10


@pytest.mark.parametrize("embedding", [False, True])
def test_run__takes_a_whole_shard_of_bad_photos(tmp_path, embedding):
    jobs = [Job(f"bad {n}", tmp_path / "none.jpg") for n in range(10)]
    jobs += photos(tmp_path / "photos", 3)

    report = start(jobs, tmp_path / "out", embedding=embedding)

    assert (report.written, report.rejected) == (3, 10)
    assert len(read_predictions(tmp_path / "out", TASKS)) == 3
    assert write_single(tmp_path / "out", tmp_path / "one.parquet") == 3


def test_run__of_no_jobs_reads_as_no_predictions(tmp_path):
    report = start([], tmp_path / "out")

    assert (report.total, report.read) == (0, 0)
    assert len(read_predictions(tmp_path / "out", TASKS)) == 0
    assert len(read_rejected(tmp_path / "out")) == 0


def test_run__works_when_no_photo_can_be_read(tmp_path):
    report = start([Job("a", tmp_path / "none.jpg")], tmp_path / "out")

    assert (report.read, report.rejected) == (0, 1)
    assert len(read_predictions(tmp_path / "out", TASKS)) == 0
    with pytest.raises(PredictionsError, match="no photo was answered in .*rejected.parquet"):
        write_single(tmp_path / "out", tmp_path / "one.parquet")
    assert not (tmp_path / "one.parquet").exists()


def test_run__tells_its_progress_and_keeps_finished_shards_when_cancelled(tmp_path):
    jobs, out = photos(tmp_path / "photos", 40), tmp_path / "out"
    told = []

    def stop_after_25(done, total):
        told.append((done, total))
        if done == 25:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        start(jobs, out, progress=stop_after_25, workers=1)
    kept = len(shards(out))
    with pytest.raises(PredictionsError, match="no finished predictions"):
        read_predictions(out, TASKS)
    report = start(jobs, out)

    assert told == [(n, 40) for n in range(26)]
    assert 1 <= kept <= 2
    assert report.skipped == kept * 10 and report.written == 40 - kept * 10
    assert not list(out.glob(".*"))


def test_run__leaves_the_old_predictions_readable_until_the_new_ones_are_whole(tmp_path):
    jobs, out = photos(tmp_path / "photos", 30), tmp_path / "out"
    start(jobs, out, about={"model_id": "old"})

    def stop(done, total):
        if done == 15:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        start(jobs, out, fingerprint="f01", about={"model_id": "new"}, progress=stop)

    assert len(read_predictions(out, TASKS, model_id="old")) == 30
    with pytest.raises(PredictionsError, match="are of an earlier model .*predict again"):
        read_predictions(out, TASKS, model_id="new")


def test_run__on_a_full_disk_says_so_and_goes_on_later(tmp_path, monkeypatch):
    jobs, out = photos(tmp_path / "photos", 40), tmp_path / "out"
    write, written = pq.write_table, []

    def full_after_two(table, path, **form):
        if len(written) == 2:
            path.write_bytes(b"PAR1 as much as fitted")
            raise OSError(errno.ENOSPC, "No space left on device")
        written.append(path)
        write(table, path, **form)

    monkeypatch.setattr(store.pq, "write_table", full_after_two)
    with pytest.raises(StorageError) as refused:
        start(jobs, out)
    monkeypatch.undo()

    assert str(refused.value).startswith("the disk is full: ")
    assert str(refused.value).endswith(
        "could not be written; free some space and run the same command again, what was"
        " already written is kept"
    )
    assert len(shards(out)) == 2 and not list(out.glob(".*"))
    report = start(jobs, out)
    assert (report.written, report.skipped) == (20, 20)


def test_run__refuses_a_predictor_whose_scores_are_none(tmp_path):
    class Broken(ColourPredictor):
        def predict(self, photos):
            return {name: values * np.nan for name, values in super().predict(photos).items()}

    with pytest.raises(PredictionsError, match=r"category scores must be numbers in \[0, 1\]"):
        run(photos(tmp_path / "photos", 3), Broken, tmp_path / "out", fingerprint="f")


def test_run__passes_on_what_opening_the_model_says(tmp_path):
    def missing():
        raise ModelError("there is no model")

    with pytest.raises(ModelError, match="there is no model"):
        run(photos(tmp_path / "photos", 3), missing, tmp_path / "out", fingerprint="f")


SLOW_RUN = textwrap.dedent("""
    import sys, time
    from pathlib import Path
    from core.predictions.pipeline import Job
    from core.predictions.run import run
    from tests.core.predictions.colours import ColourPredictor

    class Slow(ColourPredictor):
        def predict(self, photos):
            time.sleep(0.004)
            return super().predict(photos)

    photos, out = map(Path, sys.argv[1:])
    jobs = [Job(path.stem, path) for path in sorted(photos.iterdir())]
    run(jobs, Slow, out, fingerprint="f00", shard_size=20, workers=2)
""")


def test_run__killed_at_any_moment_loses_and_doubles_nothing(tmp_path):
    photos(tmp_path / "photos", 300)
    out, whole = tmp_path / "out", tmp_path / "whole"
    call = [sys.executable, "-c", SLOW_RUN, str(tmp_path / "photos")]
    kills = 0
    for wanted in (1, 5, 9):
        process = subprocess.Popen([*call, str(out)])
        while process.poll() is None and len(shards(out)) < wanted:
            time.sleep(0.005)
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            kills += 1
        process.wait(timeout=60)
    assert kills == 3 and len(shards(out)) < 15

    subprocess.run([*call, str(out)], check=True, timeout=120)
    subprocess.run([*call, str(whole)], check=True, timeout=120)

    assert shards(out) == shards(whole)
    found, expected = read_predictions(out, TASKS), read_predictions(whole, TASKS)
    assert len(set(found.item_ids)) == len(found) == 300
    assert found.item_ids.tolist() == expected.item_ids.tolist()
    assert (found.category == expected.category).all() and (found.tags == expected.tags).all()


def test_write_single__is_one_file_with_the_promised_columns_and_metadata(tmp_path):
    jobs = photos(tmp_path / "photos", 25)
    start(jobs, tmp_path / "out", embedding=True, about={"model_id": "m1"})

    rows = write_single(tmp_path / "out", tmp_path / "one.parquet", {"bundle": "v3"})

    table = pq.read_table(tmp_path / "one.parquet")
    assert rows == table.num_rows == 25
    assert [(field.name, str(field.type)) for field in table.schema] == [
        ("item_id", "string"), ("category:RED", "float"), ("category:BLUE", "float"),
        ("tag:green", "float"), ("embedding", "fixed_size_list<element: halffloat>[3]"),
    ]
    metadata = table.schema.metadata[b"fitting_room"].decode()
    for said in ('"model_id": "m1"', '"bundle": "v3"', f'"tasks": "{TASKS.fingerprint}"', '"made"'):
        assert said in metadata
    assert b"rejected" not in table.schema.metadata


def test_read_predictions__without_any_says_what_to_do(tmp_path):
    with pytest.raises(PredictionsError, match="no finished predictions.*python -m core predict"):
        read_predictions(tmp_path / "none", TASKS)


def test_fingerprint__changes_with_weights_size_and_engine_only():
    one = run_fingerprint("a" * 16, (224, 224))

    assert one == run_fingerprint("a" * 16, (224, 224))
    assert len({one, run_fingerprint("b" * 16, (224, 224)), run_fingerprint("a" * 16, (301, 217)),
                run_fingerprint("a" * 16, (224, 224), "keras")}) == 4
