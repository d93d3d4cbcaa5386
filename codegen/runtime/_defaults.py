# pyright: reportPrivateUsage=false
"""What the schema gives as default, put into objects where they have nothing: `apply_defaults` asks."""

from __future__ import annotations

from functools import lru_cache

from ._data import items, members
from ._errors import STOPS
from ._fallback import retry
from ._lazy import Any, loaded

_NONE: frozenset[str] = frozenset()


def applied(value: Any, inside: frozenset[str] = _NONE) -> Any:
    """Return a value whose objects have the defaults for what is absent in them; what is given is not changed.

    `inside` are the classes for whose absent properties something is being filled in: an object of one of them within
    that is left as it is, or a default that holds itself would have no end. Raises DecodeError if an object would not
    be valid with its defaults.
    """
    if hasattr(value, "_subschema"):
        return value if value._subschema in inside else _with_defaults(value, inside)
    if isinstance(value, dict):
        return {name: applied(item, inside) for name, item in members(value)}
    if isinstance(value, list | tuple):
        made = [applied(item, inside) for item in items(value)]
        return tuple(made) if isinstance(value, tuple) else made
    return value


def _with_defaults(model: Any, inside: frozenset[str]) -> Any:
    from copy import copy

    made = copy(model)
    missing = _missing(model)
    full = _read(model, missing) if missing else model
    for attribute, name, _ in model._fields:
        within = inside | {model._subschema} if name in missing else inside
        object.__setattr__(made, attribute, applied(getattr(full if name in missing else model, attribute), within))
    if hasattr(model, "additional_properties"):
        object.__setattr__(made, "additional_properties", applied(model.additional_properties, inside))
    return made


def _missing(model: Any) -> dict[str, Any]:
    """Return the defaults of the properties that an object does not have, by their names in JSON."""
    module, _, subschema = model._subschema.partition("/")
    defaults = _of_module(module).get(subschema)
    if not defaults:
        return {}
    data = model.to_dict()
    return {name: default for name, default in defaults.items() if name not in data}


def _read(model: Any, missing: dict[str, Any]) -> Any:
    """Return an object of the generated class that has the missing properties too."""
    from copy import deepcopy

    cls: Any = next(base for base in type(model).__mro__ if "_subschema" in vars(base))
    data = {**model.to_dict(), **deepcopy(missing)}
    try:
        return cls._read(data, cls)
    except STOPS:
        return retry(cls._subschema, cls._read, data, cls)


@lru_cache(maxsize=256)
def _of_module(module: str) -> dict[str, dict[str, Any]]:
    """Return the defaults of a module's classes, by the names of their subschemas."""
    import json

    from . import _tables  # not by its name, for those who look for imports: it has all that follow

    text = getattr(loaded(module, _tables.__name__), "DEFAULTS", "{}")
    defaults: dict[str, dict[str, Any]] = json.loads(text)
    return defaults
