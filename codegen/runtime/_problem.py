"""The problem as a value; loaded only when there is one, or when an annotation that names it is evaluated."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from ._lazy import Any


@dataclass(frozen=True)
class Problem:
    """One reason why an instance is not valid.

    Both locations are JSON Pointers: of the value in the instance, and of the keyword in the schema by the
    way that validation took, through references. `absolute_keyword_location` is the keyword's URI. `value` is the
    offending value as JSON text, shortened. Where the schema offers alternatives, `alternative` tells which of them the
    value was taken for, and the problem is what that has against it.
    """

    instance_location: str
    keyword_location: str
    absolute_keyword_location: str
    keyword: str
    message: str
    value: str
    alternative: str = ""

    _text = None  # and the number of its first line; or the line itself

    def __str__(self) -> str:
        """Return one line for a person."""
        return printable(f"{self.instance_location or 'the document'}: {told(self)}")

    @property
    def instance_line(self) -> int | None:
        """The line, from 1, where the value stands in the text that was decoded; None if there was no text."""
        source: Any = self._text
        if source is None or type(source) is int:
            line: int | None = source
            return line
        from ._lines import line_of

        try:
            line = line_of(source[0], self.instance_location)
        except ValueError:
            line = 1
        return int(source[1]) - 1 + line

    def within(self, text: str | bytes | None, first: int) -> None:
        """Keep in which text the value is, and the number of its first line in a stream, or the line alone."""
        line: Any = self._text
        if type(line) is int:
            line += first - 1
        elif text is not None:
            line = text, first
        else:
            line = first if line is None else (line[0], first)
        object.__setattr__(self, "_text", line)

    def __getstate__(self) -> dict[str, object]:
        """Return what is pickled and copied: the line, but not the text."""
        return {**self.__dict__, "_text": self.instance_line}

    def output_unit(self) -> dict[str, str | bool]:
        """Return the problem as a unit of JSON Schema's `basic` output (Core 2020-12, section 12.4.2)."""
        absolute = self.absolute_keyword_location
        return {
            "valid": False,
            "keywordLocation": self.keyword_location,
            **({"absoluteKeywordLocation": absolute} if absolute else {}),  # what no keyword reports has none
            "instanceLocation": self.instance_location,
            "error": self.message,
        }


def told(problem: Problem) -> str:
    """Return what is wrong and what was found, without the place."""
    message, value = problem.message, problem.value
    if _is_name(problem):
        message = f"the name {value} {message}"
    elif message.startswith("must not ") and ", but " not in message:
        message += f" (it is {value})"
    elif problem.keyword in ("minLength", "maxLength"):
        message += f": {value}"
    elif message.startswith("must ") and ", but " not in message:
        message += f", not {value}"
    return f"{message} (taken for {problem.alternative})" if problem.alternative else message


def _is_name(problem: Problem) -> bool:
    """Return whether a problem is one of the name of a property."""
    tokens = problem.keyword_location.split("/")
    return any([now == "propertyNames" and before not in ("properties", "$defs") for before, now in pairwise(tokens)])


def printable(text: str) -> str:
    r"""Return a text that any stream of Unicode can take: lone surrogates are written as in JSON, `\ud800`."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


_SHOWN = 60


def named(name: str) -> str:
    """Return the name of a property as a message has it, shortened like a value."""
    return f"`{shown(name)[1:-1]}`"


def shown(value: object) -> str:
    """Return a value as JSON text, shortened to about 60 characters, in time that does not grow with the value."""
    if isinstance(value, str):
        import json

        text = json.dumps(value if len(value) <= _SHOWN else value[: _SHOWN - 3] + "...", ensure_ascii=False)
        return printable(text)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, dict):
        return f"an object of {_count(value, 'property', 'properties')}"
    if isinstance(value, list):
        return f"an array of {_count(value, 'item', 'items')}"
    if isinstance(value, int) and value.bit_length() > 200:
        return f"an integer of {value.bit_length()} bits"
    return repr(value) if isinstance(value, int | float) else f"a Python {type(value).__name__}"


def _count(value: Any, one: str, many: str) -> str:
    number = len(value)
    return f"{number} {one if number == 1 else many}"
