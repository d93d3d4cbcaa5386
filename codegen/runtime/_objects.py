# pyright: reportPrivateUsage=false
"""What is asked of objects less often than to be read and written: how they are shown, and what is changed in one."""

from __future__ import annotations

from collections.abc import Mapping
from threading import get_ident

from ._absent import ABSENT
from ._lazy import Any

_being_shown: set[tuple[int, int]] = set()


def shown(model: Any) -> str:
    """Return how an object is made, without what is absent and empty; `...` for one within itself."""
    key = id(model), get_ident()
    if key in _being_shown:
        return "..."
    _being_shown.add(key)
    try:
        return _shown(model)
    finally:
        _being_shown.discard(key)


def _shown(model: Any) -> str:
    from dataclasses import fields

    held = [(field, getattr(model, field.name)) for field in fields(model) if field.repr]
    own = {name for name, _, _ in model._fields}
    parts = [f"{field.name}={value!r}" for field, value in held if not _is_left_out(field, value, own)]
    return f"{type(model).__qualname__}({', '.join(parts)})"


def _is_left_out(field: Any, value: object, own: set[str]) -> bool:
    if field.name == "additional_properties":
        return value == {}
    return field.name in own and (value is ABSENT or (value is None and field.default is None))


def replaced(model: Any, changes: Mapping[str, object]) -> Any:
    """Return an object with other values in some fields; it remembers how the date-times that stay were written."""
    from dataclasses import replace

    made = replace(model, **changes)
    if hasattr(model, "_kept"):
        object.__setattr__(made, "_kept", model._kept)  # which counts for the very values that it was kept for
    return made
