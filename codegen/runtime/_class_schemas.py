# pyright: reportPrivateUsage=false
"""The JSON Schema of a class: that of its document where the package carries it, else what its fields say."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache

from . import _field_schemas
from ._data import items, members
from ._lazy import Any, loaded

TYPE_CHECKING: bool = False
if TYPE_CHECKING:
    from typing import TypeAlias

    Key: TypeAlias = type[Any] | str  # a class, an enum, or `package.module.Name:` for what is none of them
    Refer: TypeAlias = Callable[[Any], dict[str, Any]]  # gives the reference to the schema of a key
else:
    Key, Refer = object, Callable  # for those who evaluate annotations


def json_schema(module: str, cls: type[Any] | None) -> dict[str, Any]:
    """Return the JSON Schema of a class of a module, or of its whole document, with all that it refers to."""
    key = cls or _key(module, str(_carried(module)["root"]))
    own = _name(key)
    referred: set[str] = set()

    def refer(other: Key) -> dict[str, Any]:
        referred.add(_name(other))
        return {"$ref": f"#/$defs/{_name(other)}"}

    made = {_name(other): schema for other, schema in schemas(key, refer).items()}
    first = {"$ref": f"#/$defs/{own}"} if own in referred else made.pop(own)
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", **first}
    return {**whole, "$defs": made} if made else whole


def schemas(key: Key, refer: Refer) -> dict[Any, dict[str, Any]]:
    """Return the schema of a class, and all that it refers to, by the keys that `refer` is asked for."""
    if not isinstance(key, str):
        key = _field_schemas.generated(key)
        if not _carries(key.__module__):
            return _field_schemas.schemas(key, refer)
    made: dict[Any, dict[str, Any]] = {}
    missing = [key]
    while missing:
        key = missing.pop()
        if key not in made:
            module, name = _place(key)

            def refer_from(target: str, module: str = module) -> dict[str, Any]:
                missing.append(_key(module, target))
                return refer(missing[-1])

            carried = _carried(module)
            made[key] = _with_references(carried["schemas"][name], carried["references"], refer_from)
    return made


def _with_references(value: Any, before: str, refer: Callable[[str], dict[str, Any]]) -> Any:
    """Return a copy of a schema with its references made anew: no other text of it begins as they do."""
    if isinstance(value, dict):
        made = {name: _with_references(item, before, refer) for name, item in members(value)}
        target = made.get("$ref")
        if isinstance(target, str) and target.startswith(before):
            made.update(refer(target.removeprefix(before)))
        return made
    return [_with_references(item, before, refer) for item in items(value)] if isinstance(value, list) else value


@cache
def _carried(module: str) -> dict[str, Any]:
    """Return the schemas that the package carries for a module, by the module's whole name."""
    package, _, name = module.rpartition(".")
    carried: dict[str, Any] = json.loads(loaded(name, f"{package}._schemas").SCHEMAS)
    return carried


def _carries(module: str) -> bool:
    """Return whether the package of a module carries schemas."""
    from importlib.util import find_spec

    return find_spec(f"{module.rpartition('.')[0]}._schemas") is not None


def _key(module: str, name: str) -> Key:
    """Return the key of a schema that a module refers to by its name: a class, where one has the schema."""
    package, _, _ = module.rpartition(".")
    owner = _carried(module)["elsewhere"].get(name)
    home = module if owner is None else f"{package}.{owner}"
    for cls, schema in _carried(home)["classes"].items():
        if schema == name:
            kind: type[Any] = getattr(loaded(home.rpartition(".")[2], package), cls)
            return kind
    return f"{home}.{name}:"


def _place(key: Key) -> tuple[str, str]:
    """Return the module that has the schema of a key, and its name there."""
    if isinstance(key, str):
        module, _, name = key.removesuffix(":").rpartition(".")
        return module, name
    return key.__module__, _carried(key.__module__)["classes"][key.__name__]


def _name(key: Key) -> str:
    """Return the name of a key's schema, unique in the package."""
    return _place(key)[1] if isinstance(key, str) or _carries(key.__module__) else key.__name__
