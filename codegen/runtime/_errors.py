"""The errors of the package: `DecodeError`, which holds problems, and those that never leave it."""

from __future__ import annotations

from collections.abc import Iterable

TYPE_CHECKING: bool = False
if TYPE_CHECKING:
    from . import _problem
    from ._problem import Problem as Problem
else:
    from . import _lazy

    _problem = _lazy.later(__name__, "_problem", "._problem")  # a dataclass takes its time, and few need this one

    def __getattr__(name: str) -> object:
        """Return what annotations of other modules name, when they are evaluated (PEP 562)."""
        if name == "Problem":
            return _problem.Problem
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


class DecodeError(ValueError):
    """The instance is not valid; `problems` holds every reason."""

    def __init__(self, problems: Iterable[_problem.Problem]) -> None:
        self.problems: tuple[_problem.Problem, ...] = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self) -> tuple[type[DecodeError], tuple[tuple[_problem.Problem, ...]]]:
        """Return how to pickle the error: by its problems."""
        return type(self), (self.problems,)

    def output(self) -> dict[str, object]:
        """Return the problems in the specification's `basic` output format."""
        return {"valid": False, "errors": [problem.output_unit() for problem in self.problems]}


class Unwritable(ValueError):
    """A value of the right Python type that JSON has no text for; `args` are what it must do, and the value."""

    def __str__(self) -> str:
        """Return the words that `problems` has for it too."""
        must, value = self.args
        return f"{must}, not {value!r}"


class Invalid(Exception):
    """Stops the fast path; never leaves the package."""


class Foreign(Invalid):
    """Stops the fast path at a value whose Python type is not one of JSON's own."""


STOPS = (Invalid, KeyError, RecursionError, ValueError)
"""What ends the fast path before its end.

A required property and a member of an enum are looked up, and an array of two or three is unpacked, without asking.
"""


def undecided(data: object, stop: Exception) -> _problem.Problem:
    """Return the problem of data that stopped whoever looked at it."""
    message = "must not be nested so deeply" if isinstance(stop, RecursionError) else "must be JSON data"
    return problem("", message, type(data).__name__)


def problem(at: str, message: str, value: str) -> _problem.Problem:
    """Return a problem that no keyword reports."""
    from ._problem import Problem

    return Problem(at, "", "", "", message, value)
