"""Holm's correction of p-values for the number of tests (Holm, Scandinavian Journal of Statistics 1979)."""

from __future__ import annotations

from .paired_tests import Compared

__all__ = ["FAMILIES", "corrected", "holm"]

FAMILIES = {"all": (False, False), "systems": (True, True), "metrics": (True, False), "groups": (False, True)}
"""For each family: True if groups are tested separately, and True if figures are tested separately."""


def corrected(groups: list[list[list[Compared]]], family: str) -> tuple[Compared, ...]:
    """The rows of all groups and figures in one sequence, with the p-values of each family corrected."""
    by_group, by_figure = FAMILIES[family]
    rows: list[Compared] = []
    families: dict[tuple[int, int], list[int]] = {}
    for g, figures in enumerate(groups):
        for f, systems in enumerate(figures):
            # The first row is the baseline, which is not tested.
            tests = range(len(rows) + 1, len(rows) + len(systems))
            families.setdefault((g * by_group, f * by_figure), []).extend(tests)
            rows += systems
    for places in families.values():
        raw = [p for p in (rows[i].p_value for i in places) if p is not None]
        for i, p in zip(places, holm(raw), strict=True):
            rows[i] = rows[i]._replace(p_holm=p)
    return tuple(rows)


def holm(raw: list[float]) -> list[float]:
    """The p-values of one family, corrected."""
    out, least = [0.0] * len(raw), 0.0
    for rank, i in enumerate(sorted(range(len(raw)), key=raw.__getitem__)):
        least = max(least, min(1.0, (len(raw) - rank) * raw[i]))
        out[i] = least
    return out
