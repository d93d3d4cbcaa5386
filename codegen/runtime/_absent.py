"""The value of a property that is not there, where None would be the JSON value null."""

from __future__ import annotations

from enum import Enum

TYPE_CHECKING: bool = False
if TYPE_CHECKING:
    from typing import Literal
else:
    from ._lazy import Literal


class Absent(Enum):
    """The type of `ABSENT`, which is `UNSET` too, for annotations."""

    ABSENT = "absent"

    def __bool__(self) -> Literal[False]:
        """Return False, so that `if value:` holds for no absent property."""
        return False

    def __repr__(self) -> str:
        """Return the name under which it is imported."""
        return "ABSENT"


ABSENT = Absent.ABSENT
"""The value of a property that is not there."""
UNSET = ABSENT
"""The same, by the name that other libraries have for it."""
