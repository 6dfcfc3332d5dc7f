"""The result of `status`."""

from __future__ import annotations

from typing import Any, NamedTuple

from tricolore.dropin.adapters.answers import REASONS
from tricolore.support.tables.text import text_table

__all__ = ["Status"]


class Status(NamedTuple):
    """The functions that are replaced, and who answered their calls. Prints as a table."""

    versions: dict[str, str]
    """The version of each group of functions that is replaced."""
    left_alone: dict[str, str]
    """The reason for each group that is not replaced although it was asked for."""
    served: dict[str, int]
    """The calls that tricolore answered, by function."""
    fallbacks: dict[str, dict[str, int]]
    """The calls that the original answered, by function and reason."""

    def to_dict(self) -> dict[str, Any]:
        """The same as plain dicts, strings and numbers."""
        return self._asdict()

    def __str__(self) -> str:
        lines = [f"{name} {version}: replaced" for name, version in self.versions.items()]
        lines += [f"{name}: left alone, because {why}" for name, why in self.left_alone.items()]
        if not lines:
            return "nothing is replaced"
        rows = [["function", "ours", "original", "why"]]
        for name, served in self.served.items():
            fallbacks = self.fallbacks.get(name, {})
            if served or fallbacks:
                why = ", ".join(f"{reason} ({n})" for reason, n in fallbacks.items())
                rows.append([name, str(served), str(sum(fallbacks.values())), why])
        if len(rows) > 1:
            lines.append(text_table(rows))
            used = {reason for each in self.fallbacks.values() for reason in each}
            lines += [f"{reason}: {text}" for reason, text in REASONS.items() if reason in used]
        return "\n".join(lines)
