import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.annotations.answer import Answer
from core.annotations.apply import current_catalog
from core.annotations.log import AnnotationLog, Voice
from core.catalog.table import read_catalog
from core.commands.cut_data import cut_data
from core.commands.evaluate import read_seen
from core.decisions.thresholds import cut_counts
from core.errors import PredictionsError
from core.metrics.evaluation import evaluate, unseen
from core.model.card import SEEN
from core.predictions.inputs import catalog_jobs
from core.predictions.out_of_sample import fair, write_out_of_sample
from core.predictions.run import run
from core.predictions.store import read_predictions
from tests.core.commands.shop import make_shop, paint


@pytest.fixture
def shop(tmp_path):
    """A shop that was answered but for five photos."""
    workspace = make_shop(tmp_path)
    jobs = catalog_jobs(workspace, read_catalog(workspace))
    answered = [job for n, job in enumerate(jobs) if n % 12]
    run(answered, paint(workspace), workspace.predictions_dir("paint"), fingerprint="f",
        shard_size=16, about={"model_id": paint(workspace).model_id})
    return workspace


def require_same(workspace):
    """Hold ``cut_data`` against what the tables in memory say; return what it found."""
    found, items = cut_data(workspace), current_catalog(workspace)
    model_dir = workspace.model_dir("paint")
    scores = read_predictions(workspace.predictions_dir("paint"), workspace.tasks)
    scores, seen = fair(scores, items, model_dir), read_seen(model_dir)
    figures = evaluate(items, scores, {"green": 0.5}, seen)
    for part, own in found.parts.items():
        side = items.part(part)
        side = side.where(unseen(side, seen)) if part == "heldout" else side
        answers, answered = scores.align(side.item_ids)
        expected = cut_counts(answers.tags, side.where(answered).tags)
        for name, values in vars(expected).items():
            assert (getattr(own.counts, name) == values).all(), name
        assert own.ap[0] == figures[part]["tags"]["green"]["ap"]
        assert own.auc[0] == figures[part]["tags"]["green"]["auc"]
        assert found.without_prediction[part] == figures[part]["without_prediction"]
    assert found.left_out_seen == figures["heldout"]["left_out_seen"]
    return found


def test_cut_data__is_what_the_tables_say(shop):
    found = require_same(shop)

    assert found.parts["heldout"].counts.positives[0] > 0
    assert sum(found.without_prediction.values()) > 0 and found.left_out_seen == 0


def test_cut_data__goes_by_corrected_labels(shop):
    before = require_same(shop).parts["heldout"].counts.positives[0]
    heldout = read_catalog(shop).part("heldout")
    untagged = heldout.item_ids[heldout.tags[:, 0] == 0][:3]
    log = AnnotationLog.of(shop)
    log.append([Answer(item, "tag:green", "true") for item in untagged], Voice("Ada", "cell", ""))
    log.close()

    assert require_same(shop).parts["heldout"].counts.positives[0] > before


def test_cut_data__leaves_out_what_the_model_was_fitted_on_and_takes_its_earlier_answers(shop):
    items, model_dir = read_catalog(shop), shop.model_dir("paint")
    seen = items.part("heldout").rows["content"].to_numpy()[:4]
    pq.write_table(pa.table({"content": pa.array(seen, pa.string())}), model_dir / SEEN)
    side = items.part("validation")
    scores, found = read_predictions(
        shop.predictions_dir("paint"), shop.tasks).align(side.item_ids)
    earlier = type(scores)(shop.tasks, scores.item_ids, scores.category, 1 - scores.tags)
    contents = side.where(found).rows["content"].to_numpy(dtype=object)
    before = require_same(shop).parts["validation"].counts
    write_out_of_sample(model_dir, earlier, contents)

    assert require_same(shop).left_out_seen == 4
    after = cut_data(shop).parts["validation"].counts
    assert not np.array_equal(before.positives_at_or_above, after.positives_at_or_above)


def test_cut_data__of_another_models_answers_is_refused(shop):
    folder = shop.predictions_dir("paint")
    manifest = folder / "run.json"
    manifest.write_text(manifest.read_text().replace(paint(shop).model_id, "feedbeef"))

    with pytest.raises(PredictionsError, match="are of an earlier model .now 0123456789abcdef"):
        cut_data(shop)
