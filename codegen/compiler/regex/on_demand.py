"""Translation on demand: what carries patterns over to Python is imported for the first one."""

from __future__ import annotations

from .patterns import Pattern


def translate(pattern: str) -> Pattern:
    """Return the Python pattern with the meaning that ECMA-262 gives to `pattern`; raise Untranslatable if none has."""
    from . import translate as translation  # a sixteenth of all imports, and many schemas have none

    return translation.translate(pattern)
