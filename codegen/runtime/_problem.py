"""The problem as a value; loaded only when there is one, or when an annotation that names it is evaluated."""

from __future__ import annotations

from dataclasses import dataclass

from ._lazy import Any


@dataclass(frozen=True)
class Problem:
    """One reason why an instance is not valid.

    Both locations are JSON Pointers: of the value in the instance, and of the keyword in the schema by the
    way that validation took, through references. `absolute_keyword_location` is the keyword's URI. `value` is the
    offending value as JSON text, shortened.
    """

    instance_location: str
    keyword_location: str
    absolute_keyword_location: str
    keyword: str
    message: str
    value: str

    def __str__(self) -> str:
        """Return one line for a person."""
        return printable(f"{self.instance_location or 'the document'}: {self.message}, not {self.value}")

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


def printable(text: str) -> str:
    r"""Return a text that any stream of Unicode can take: lone surrogates are written as in JSON, `\ud800`."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


_SHOWN = 60


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
