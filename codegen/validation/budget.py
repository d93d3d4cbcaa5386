"""Budgets: how much work something may take, in steps that are counted, so that it ends at the same one everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

LONGEST: Final = 10_000
"""The longest text that is made."""


class SpentError(Exception):
    """A budget is used up."""


@dataclass(slots=True)
class Budget:
    """So many steps are `left`; what is spent of a part is spent of the `whole` too."""

    left: int
    whole: Budget | None = None
    ended: bool = False

    def spend(self, steps: int = 1) -> None:
        """Take steps off; raises SpentError if there are no more."""
        self.left -= steps
        if self.whole is not None:
            self.whole.spend(steps)
        if self.left < 0:
            self.ended = True
            raise SpentError

    def part(self, steps: int) -> Budget:
        """Return a budget of at most so many of the steps."""
        return Budget(min(steps, self.left), self)
