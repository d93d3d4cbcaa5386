"""Checked patterns: each translated once, with a finding for those that can't be translated or are slow."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from ...findings import Finding, Rule, Severity
from ...ir import Location
from ...schema.resolver import Resolution
from ..analysis import Analysis
from .on_demand import translate
from .patterns import Pattern, Untranslatable

UNTRANSLATABLE = Rule("pattern-untranslatable", "A pattern means the same in Python as in ECMA-262.")


SLOW_PATTERN = Rule("pattern-slow", "A pattern is matched in a time that grows with the text.", Severity.WARNING)


class CheckedPatterns:
    """Translates patterns, and keeps what is wrong with them."""

    def __init__(self, resolution: Resolution) -> None:
        self.findings: dict[Location, Finding] = {}
        self._resolution = resolution

    def translate(self, text: str, location: Location) -> Pattern:
        """Return a pattern in Python's language; one that can't be carried over is a finding, and matches nothing."""
        try:
            pattern = _translated(text)
        except Untranslatable as error:
            help = "write the pattern without that"
            self._report(UNTRANSLATABLE, location, f"the pattern {_shown(text)} can't be carried over: {error}", help)
            return Pattern("(?!)", None)
        if pattern.warning is not None:
            help = "let one text match in one way only, and begin with `^` if a match begins where the text does"
            self._report(SLOW_PATTERN, location, f"the pattern {_shown(text)}: {pattern.warning}", help)
        return pattern

    def check_all(self, analysis: Analysis, locations: Iterable[Location]) -> None:
        """Translate all patterns that the subschemas depend on, also those that no function needs."""
        for location in sorted(analysis.applied(locations)):
            subschema = analysis[location]
            text, named = subschema.value("pattern"), subschema.keywords.get("patternProperties")
            if isinstance(text, str):
                self.translate(text, location / "pattern")
            for token, at in named.schemas if named else ():
                self.translate(token, at)

    def _report(self, rule: Rule, location: Location, message: str, help: str) -> None:
        if location not in self.findings:
            self.findings[location] = Finding(rule, self._resolution.place(location), message, help)


_translated = lru_cache(maxsize=1024)(translate)


def _shown(pattern: str) -> str:
    return repr(pattern) if len(pattern) <= 200 else f"{pattern[:200]!r}..."
