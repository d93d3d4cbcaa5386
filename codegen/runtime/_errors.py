"""The errors of the package: `DecodeError`, which holds problems, and those that never leave it."""

from __future__ import annotations

from collections.abc import Iterable

TYPE_CHECKING: bool = False
if TYPE_CHECKING:
    from . import _problem
    from ._lazy import Any
    from ._problem import Problem as Problem

    _list = list[Any]
else:
    _list = list
    from . import _lazy

    _problem = _lazy.later(__name__, "_problem", "._problem")  # a dataclass takes its time, and few need this one

    def __getattr__(name: str) -> object:
        """Return what annotations of other modules name, when they are evaluated (PEP 562)."""
        if name == "Problem":
            return _problem.Problem
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


class DecodeError(ValueError):
    """The instance is not valid; `problems` holds every reason."""

    # There is no constructor but that of all exceptions: to make and raise the error is much of what refusing costs.
    args: tuple[Iterable[_problem.Problem]] | tuple[Iterable[_problem.Problem], str]
    _text: tuple[str | bytes | None, int] | None = None
    if TYPE_CHECKING:

        def __init__(self, problems: Iterable[_problem.Problem], about: str = "", /) -> None:
            """Keep the problems, and the name of the class that has them."""

    @property
    def problems(self) -> tuple[_problem.Problem, ...]:
        """Every reason why the instance is not valid."""
        found = self.args[0]
        problems = tuple(found.problems() if isinstance(found, Faults) else found)  # which is itself if it is a tuple
        if problems is not found:
            self.args = (problems, self._about())
        if self._text is not None:
            for each in problems:
                each.within(*self._text)
            self._text = None
        return problems

    def _about(self) -> str:
        return self.args[1] if len(self.args) > 1 else ""

    def __str__(self) -> str:
        """Return how many problems there are, and the first of them, each on a line."""
        lines = [f"  {each}" for each in self.problems[:_SHOWN]]
        count, more = len(self.problems), len(self.problems) - _SHOWN
        if more > 0:
            lines.append(f"  and {more} more")
        return "\n".join([f"{self._about() or 'the data'}: {count} problem{'' if count == 1 else 's'}", *lines])

    def __reduce__(self) -> tuple[type[DecodeError], tuple[tuple[_problem.Problem, ...], str]]:
        """Return how to pickle the error: by its problems."""
        return type(self), (self.problems, self._about())

    def locate(self, text: str | bytes | None, about: str = "", first: int = 1) -> None:
        """Keep in which text the problems are, whose first line has that number in a stream, and whose they are.

        That is a class, or a subschema by its name in the tables of problems, of which the module is told.
        """
        self.args = (self.args[0], self._about() or about.partition("/")[0])
        self._text = self._text[0] if text is None and self._text else text, first

    def output(self) -> dict[str, object]:
        """Return the problems in the specification's `basic` output format."""
        return {"valid": False, "errors": [problem.output_unit() for problem in self.problems]}


_SHOWN = 20  # problems


class Faults(_list):
    """What is wrong with data, as `_reporter` finds it; problems are made of it when somebody asks for them."""

    def problems(self) -> Iterable[_problem.Problem]:
        """Return the problems."""
        raise NotImplementedError


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
