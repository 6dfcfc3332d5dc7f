"""Scores of many sums of rows, with sacreBLEU's bits.

sacreBLEU sums rows in float32 for the bootstrap and computes in the dtypes that numpy derives from float32; for
randomization it uses integers, for which float64 stands here. Since numpy 2, a float32 combined with a Python number
stays float32 (NEP 50), so whole columns are computed at once. With numpy 1 some results become float64 and others do
not, so each sample goes through the definition by itself. Line numbers are those of sacreBLEU 2.6.0's files.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from ..reference.bleu import DEFAULT_VALUES, bleu_score
from ..reference.chrf import chrf_score
from ..reference.ter import ter_score

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["sample_bleu", "sample_chrf", "sample_ter"]

NUMPY_1 = int(np.__version__.split(".")[0]) < 2
LOG_OF_ZERO = -9999999999


def one_by_one(sums: npt.NDArray[Any]) -> bool:
    """True if each sample must be computed by itself."""
    return NUMPY_1 and sums.dtype == np.float32


def sample_bleu(
    sums: npt.NDArray[Any], method: str, value: float | None, effective_order: bool
) -> npt.NDArray[np.float64]:
    """BLEU of each row (bleu.py:240-293)."""
    order = (sums.shape[1] - 2) // 2
    lengths = sums[:, :2].astype(np.int64).tolist()
    counts, totals = sums[:, 2 : 2 + order].copy(), sums[:, 2 + order :].copy()
    matched: Any = (counts > 0).any(axis=1)
    value = DEFAULT_VALUES[method] if value is None else value
    if method == "add-k":
        assert value is not None
        for added in (counts, totals):
            # sacreBLEU adds in place, so the result is rounded to float32.
            added[:, 1:] = added[:, 1:].astype(np.float64) + value if one_by_one(sums) else added[:, 1:] + value
        method = "none"
    if one_by_one(sums):
        rows = ([*length, *c, *t] for length, c, t in zip(lengths, counts, totals, strict=True))
        scores = [bleu_score(row, method, value, effective_order).score for row in rows]
        return np.array([score if some else 0.0 for score, some in zip(scores, matched, strict=True)])
    zero = counts == 0
    reached = np.logical_and.accumulate(totals != 0, axis=1)
    with np.errstate(all="ignore"):
        precisions = 100 * counts / totals
        instead: Any = 0.0
        if method == "exp":
            instead = 100 / (sums.dtype.type(2) ** (zero & reached).cumsum(axis=1, dtype=sums.dtype) * totals)
        elif method == "floor":
            assert value is not None
            instead = 100.0 * value / totals
        precisions = np.where(reached, np.where(zero, instead, precisions), 0)
    effective = reached.sum(axis=1).tolist() if effective_order else [order] * len(sums)
    out = np.zeros(len(sums))
    for i, (row, (sys_len, ref_len), orders) in enumerate(zip(precisions.tolist(), lengths, effective, strict=True)):
        if matched[i]:
            bp = math.exp(1 - ref_len / sys_len) if sys_len < ref_len else 1.0
            logs = [math.log(p) if p else LOG_OF_ZERO for p in row[:orders]]
            out[i] = bp * math.exp(sum(logs) / orders)
    return out


def sample_chrf(sums: npt.NDArray[Any], beta: float, eps_smoothing: bool) -> npt.NDArray[Any]:
    """chrF of each row (chrf.py:168-206)."""
    if eps_smoothing or one_by_one(sums):
        return np.array([chrf_score(list(row), beta, eps_smoothing) for row in sums])
    factor = beta**2
    precision, recall = np.zeros((2, len(sums)), sums.dtype)
    orders = np.zeros(len(sums), sums.dtype)
    with np.errstate(all="ignore"):
        for i in range(0, sums.shape[1], 3):
            prediction, reference, matches = sums[:, i : i + 3].T
            both = (prediction > 0) & (reference > 0)
            precision += np.where(both, matches / prediction, 0)
            recall += np.where(both, matches / reference, 0)
            orders += both
        precision /= orders
        recall /= orders
        scores = 100 * ((1 + factor) * precision * recall / (factor * precision + recall))
    some = precision + recall > 0
    # sacreBLEU's score of an empty sample is a Python float, which makes the whole array float64.
    return scores if some.all() else np.where(some, scores, 0.0).astype(np.float64)


def sample_ter(sums: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """TER of each row: edits, and the length of the reference (ter.py:129-146)."""
    return np.array([ter_score(edits, length) for edits, length in sums])
