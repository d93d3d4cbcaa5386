"""The problem as a value; loaded only when there is one, or when an annotation that names it is evaluated."""

from __future__ import annotations

from dataclasses import dataclass


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
            **({"absoluteKeywordLocation": absolute} if absolute else {}),  # what no keyword tells has none
            "instanceLocation": self.instance_location,
            "error": self.message,
        }


def printable(text: str) -> str:
    r"""Return a text that any stream of Unicode can take: lone surrogates are written as in JSON, `\ud800`."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")
