"""What `status` tells."""

from __future__ import annotations

from typing import Any, NamedTuple

from tricolore.dropin.adapters.answers import REASONS
from tricolore.support.tables import text_table

__all__ = ["Status"]


class Status(NamedTuple):
    """What is replaced, and what became of each call. Prints as a table; `.to_dict()`."""

    versions: dict[str, str]
    """Of what is replaced."""
    left_alone: dict[str, str]
    """Why something is not, though it was asked for."""
    served: dict[str, int]
    """By function, the calls that ours answered."""
    fallbacks: dict[str, dict[str, int]]
    """By function and reason, the calls that the original answered."""

    def to_dict(self) -> dict[str, Any]:
        """Plain dicts, strings and numbers."""
        return self._asdict()

    def __str__(self) -> str:
        lines = [f"{name} {version}: replaced" for name, version in self.versions.items()]
        lines += [f"{name}: left alone, for {why}" for name, why in self.left_alone.items()]
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
