"""Making scores mean what they say: one temperature for the category, Platt for each tag."""

import numpy as np
from scipy.optimize import minimize, minimize_scalar
from scipy.special import expit, log_softmax

TEMPERATURES = (0.05, 20.0)
"""Outside of these a temperature says that the model is broken, not miscalibrated."""

SMALLEST_SLOPE = 0.05
"""A tag's ranking of items must never be turned around by a handful of odd examples."""


def fit_temperature(logits: np.ndarray, labels: np.ndarray) -> float:
    """The temperature t for which softmax(logits / t) fits the labels best.

    Minimises the negative log-likelihood; ranks and top-1 stay as they are. C. Guo,
    G. Pleiss, Y. Sun, K. Q. Weinberger, "On calibration of modern neural networks",
    ICML 2017, section 4.2.

    Args:
        logits: float (N, K), before the softmax.
        labels: int (N,); -1 where unlabelled (left out).

    Returns:
        In [0.05, 20]; 1 without labelled items.
    """
    known = np.asarray(labels) >= 0
    logits, labels = np.asarray(logits, np.float64)[known], np.asarray(labels)[known]
    if len(labels) == 0:
        return 1.0
    rows = np.arange(len(labels))

    def loss(log_temperature: float) -> float:
        return -log_softmax(logits / np.exp(log_temperature), axis=1)[rows, labels].mean()

    found = minimize_scalar(loss, bounds=np.log(TEMPERATURES), method="bounded",
                            options={"xatol": 1e-6})
    return float(np.exp(found.x))


def fit_platt(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """For each tag the slope and offset for which sigmoid(slope * logit + offset) fits best.

    With smoothed targets (N+ + 1) / (N+ + 2) and 1 / (N- + 2) in place of 1 and 0, so
    that few examples make no certainty. J. Platt, "Probabilistic outputs for support
    vector machines", 1999, section 2.2.

    Args:
        logits: float (N, T), before the sigmoid.
        labels: int8 (N, T): 1 tagged, 0 not, -1 unlabelled (left out).

    Returns:
        float64 (T, 2): slope (at least 0.05) and offset; (1, 0), that is unchanged, for a
        tag without positives or without negatives.
    """
    logits, labels = np.asarray(logits, np.float64), np.asarray(labels)
    pairs = [_platt(logits[:, tag], labels[:, tag]) for tag in range(labels.shape[1])]
    return np.array(pairs, np.float64).reshape(-1, 2)


def _platt(logits: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    known = labels >= 0
    logits, tagged = logits[known], labels[known] == 1
    positives, negatives = int(tagged.sum()), int((~tagged).sum())
    if not positives or not negatives:
        return 1.0, 0.0
    targets = np.where(tagged, (positives + 1) / (positives + 2), 1 / (negatives + 2))

    def loss(pair: np.ndarray) -> tuple[float, np.ndarray]:
        z = pair[0] * logits + pair[1]
        error = expit(z) - targets
        value = np.logaddexp(0, z) - targets * z  # cross-entropy, without overflow
        return value.mean(), np.array([(error * logits).mean(), error.mean()])

    found = minimize(
        loss, np.array([1.0, 0.0]), jac=True, method="L-BFGS-B",
        bounds=[(SMALLEST_SLOPE, None), (None, None)],
    )
    return float(found.x[0]), float(found.x[1])
