import threading
import time

import numpy as np
import pytest

from core.errors import ModelError
from core.predictions.pipeline import Job, answer
from tests.core.predictions.colours import ColourPredictor, colour_of, photos


@pytest.mark.parametrize("workers, batch", [(1, 1), (3, 1), (1, 8), (2, 5)])
def test_answer__gives_each_job_its_own_scores(tmp_path, workers, batch):
    jobs = photos(tmp_path, 40)
    predictors = [ColourPredictor() for _ in range(workers)]

    found = list(answer(enumerate(jobs, start=100), predictors, batch=batch))

    assert sorted(one.place for one in found) == list(range(100, 140))
    for one in found:
        red, green, blue = (value / 255 for value in colour_of(one.place - 100))
        np.testing.assert_allclose(one.scores["embedding"], [red, green, blue], atol=1e-6)
    assert max(size for one in predictors for size in one.batches) <= batch


def test_answer__sets_photos_aside_that_cannot_be_read(tmp_path):
    good, = photos(tmp_path, 1)
    bad = tmp_path / "note.jpg"
    bad.write_text("not a photo")
    jobs = [Job("a", bad), good, Job("b", tmp_path / "gone.jpg"), Job("c", None)]

    found = {one.place: one for one in answer(enumerate(jobs), [ColourPredictor()])}

    assert found[1].scores is not None
    assert found[0].scores is None and found[0].reason.startswith("note.jpg is not a photo")
    assert found[2].reason.startswith("gone.jpg is missing")
    assert found[3].reason == "item 'c' has no photo in the catalog"


def test_answer__of_no_jobs_is_nothing():
    assert list(answer(iter(()), [ColourPredictor()])) == []


def test_answer__raises_what_a_predictor_raised_and_leaves_no_thread(tmp_path):
    class Broken(ColourPredictor):
        def predict(self, photos):
            raise ModelError("the model broke")

    before = threading.active_count()
    with pytest.raises(ModelError, match="the model broke"):
        list(answer(enumerate(photos(tmp_path, 50)), [Broken(), Broken()]))

    assert threading.active_count() == before


def test_answer__takes_jobs_only_as_fast_as_they_are_answered(tmp_path):
    taken = []

    def jobs():
        for place in range(10_000):
            taken.append(place)
            yield place, Job(str(place), None)

    answers = answer(jobs(), [ColourPredictor()])
    for _ in range(5):
        next(answers)
    time.sleep(0.3)

    assert len(taken) < 50
    before = threading.active_count()
    answers.close()
    assert threading.active_count() < before
