import keras
import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from core.model import probe
from core.model.examples import Examples, as_objects
from core.model.network import Network, build
from core.model.recipe import Recipe

RNG = np.random.default_rng(0)
N, DEPTH = 60, 5
FEATURES = RNG.normal(3, [1, 2, 3, 4, 5], (N, DEPTH)).astype(np.float32)
LABELS = (FEATURES[:, 0] + RNG.normal(0, 1, N) > 3).astype(int) + (FEATURES[:, 1] > 5)
TAGS = (FEATURES[:, 2:3] + RNG.normal(0, 1, (N, 1)) > 3).astype(np.float32)
EXAMPLES = Examples(
    as_objects([str(i) for i in range(N)]), as_objects([None] * N), as_objects([None] * N),
    {"category": np.eye(3, dtype=np.float32)[LABELS], "tags": TAGS},
    {"category": np.ones((N, 1), np.float32), "tags": np.ones((N, 1), np.float32)},
)  # fmt: skip


def heads_of(shares=(1.0,)):
    """A network whose heads read DEPTH features of as many regions as there are shares."""
    standard = keras.layers.BatchNormalization(center=False, scale=False, epsilon=1e-6)
    standard.trainable = False
    count = len(shares)
    heads = {"category": keras.layers.Dense(3 * count), "tags": keras.layers.Dense(count)}
    for layer in (standard, *heads.values()):
        layer.build((None, DEPTH))
    return Network(None, None, None, standard, heads, np.array(shares, np.float32), True)


def test_fit_heads__finds_the_minimum_that_logistic_regression_finds():
    network = heads_of()
    probe.fit_heads(network, EXAMPLES, [FEATURES], Recipe(probe_decay=0.1), iterations=500)
    x = (FEATURES - FEATURES.mean(axis=0)) / FEATURES.std(axis=0)
    np.testing.assert_allclose(network.standard(FEATURES), x, atol=1e-3)
    # scikit-learn sums losses and weighs that sum by C, here is a mean: C = 1 / (N * decay)
    for head, labels in (("category", LABELS), ("tags", TAGS[:, 0])):
        expected = LogisticRegression(C=1 / (N * 0.1), max_iter=1000).fit(x, labels)
        found = network.logits(head, FEATURES)
        wanted = expected.decision_function(x).reshape(N, -1)
        np.testing.assert_allclose(
            found - found.mean(axis=1, keepdims=True) * (head == "category"), wanted, atol=0.02
        )


def test_fit_heads__of_regions_finds_the_minimum_on_each_regions_own_features():
    network = heads_of(shares=(0.25, 0.75))
    two = np.concatenate([FEATURES, FEATURES[::-1] * 2 + 1], axis=1)
    probe.fit_heads(network, EXAMPLES, [two], Recipe(probe_decay=0.1), iterations=500)
    x = (two - two.mean(axis=0)) / two.std(axis=0) * np.sqrt(np.repeat([0.25, 0.75], DEPTH))
    for head, labels in (("category", LABELS), ("tags", TAGS[:, 0])):
        expected = LogisticRegression(C=1 / (N * 0.1), max_iter=1000).fit(x, labels)
        found = network.logits(head, two)
        wanted = expected.decision_function(x).reshape(N, -1)
        np.testing.assert_allclose(
            found - found.mean(axis=1, keepdims=True) * (head == "category"), wanted, atol=0.02
        )


def test_fit_heads__weighs_photos():
    heavy = EXAMPLES.with_weights(category=np.where(LABELS[:, None] == 2, 5, 1).astype(np.float32))
    plain, weighted = heads_of(), heads_of()
    probe.fit_heads(plain, EXAMPLES, [FEATURES], Recipe())
    probe.fit_heads(weighted, heavy, [FEATURES], Recipe())
    share = [
        np.mean(n.logits("category", FEATURES).argmax(axis=1) == 2)
        for n in (plain, weighted)
    ]
    assert share[1] > share[0]


def test_fit_heads__counts_every_view():
    once, twice = heads_of(), heads_of()
    probe.fit_heads(once, EXAMPLES, [FEATURES], Recipe())
    probe.fit_heads(twice, EXAMPLES, [FEATURES, FEATURES], Recipe())
    np.testing.assert_allclose(
        once.heads["tags"].kernel, twice.heads["tags"].kernel, atol=1e-3
    )


def test_fit_heads__leaves_the_other_heads_and_what_they_rest_on():
    network = heads_of()
    probe.fit_heads(network, EXAMPLES, [FEATURES], Recipe())
    before = [v.numpy() for v in (*network.heads["tags"].weights, *network.standard.weights)]
    network.heads["category"].kernel.assign(np.zeros((DEPTH, 3)))
    moved = FEATURES + 1
    probe.fit_heads(network, EXAMPLES, [moved], Recipe(), only=["category"])
    after = [v.numpy() for v in (*network.heads["tags"].weights, *network.standard.weights)]
    for one, other in zip(before, after):
        np.testing.assert_array_equal(one, other)
    right = network.logits("category", moved).argmax(axis=1) == LABELS
    assert right.mean() > 0.7


def test_features__of_a_view_are_the_same_each_time():
    recipe = Recipe(backbone="small_cnn", weights="none", height=40, width=32)
    network = build(recipe, {"category": 2})
    pixels = RNG.integers(0, 256, (3, 40, 32, 3), dtype=np.uint8)
    rows = np.array([2, 0])
    plain = probe.features(network, pixels, rows, recipe)
    np.testing.assert_allclose(
        plain, network.features(pixels[rows].astype(np.float32)), atol=1e-5
    )
    first, again, other = (probe.features(network, pixels, rows, recipe, v) for v in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 1e-4 and np.abs(first - plain).max() > 1e-4


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [({}, False), ({"weights": "imagenet"}, True), ({"weights": "imagenet", "probe": False}, False),
     ({"weights": "imagenet", "pooling": "flatten"}, False)],
)  # fmt: skip
def test_wanted__only_where_linear_heads_read_features_that_mean_something(changes, wanted):
    recipe = Recipe(backbone="small_cnn", weights="none", height=40, width=32).changed(**changes)
    assert probe.wanted(build(recipe, {"category": 2}), recipe) is wanted
