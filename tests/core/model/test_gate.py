import numpy as np

from core.model.gate import compare, compare_engines

CATEGORY = np.array([[0.7, 0.3], [0.2, 0.8], [0.6, 0.4], [0.1, 0.9]], np.float32)
REFERENCE = {"category": CATEGORY, "tags": np.full((4, 1), 0.5, np.float32)}


def test_compare__passes_equal_answers():
    assert compare(REFERENCE, REFERENCE) == {
        "photos": 4, "agreement": 1.0, "difference": 0.0, "passed": True,
    }  # fmt: skip


def test_compare__fails_another_first_class():
    variant = {**REFERENCE, "category": CATEGORY[:, ::-1]}
    assert compare(REFERENCE, variant)["agreement"] == 0
    assert not compare(REFERENCE, variant)["passed"]


def test_compare__fails_one_score_too_far_off():
    near = {**REFERENCE, "tags": REFERENCE["tags"] + np.float32(0.009)}
    far = {**REFERENCE, "tags": REFERENCE["tags"] + np.float32(0.011)}
    assert compare(REFERENCE, near)["passed"] and not compare(REFERENCE, far)["passed"]


def test_compare__fails_scores_that_are_no_numbers():
    variant = {**REFERENCE, "tags": np.full((4, 1), np.nan, np.float32)}
    assert compare(REFERENCE, variant)["difference"] == 1
    assert not compare(REFERENCE, variant)["passed"]


def test_compare_engines__goes_through_all_photos():
    pixels = np.arange(70, dtype=np.uint8).reshape(70, 1, 1, 1)

    def reference(photos):
        share = photos.reshape(-1, 1) / 255
        return {"category": np.concatenate([share, 1 - share], axis=1)}

    def off_at_the_end(photos):
        found = reference(photos)["category"]
        found[photos.reshape(-1) == 69] += 0.02
        return {"category": found}

    assert compare_engines(reference, reference, pixels)["photos"] == 70
    assert not compare_engines(reference, off_at_the_end, pixels)["passed"]
    assert compare_engines(reference, reference, pixels[:0])["passed"]
