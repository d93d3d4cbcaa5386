"""Settings: the values of a TOML file, checked by the JSON Schema that describes them, in the words of the schema."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, Literal, NamedTuple, TypeAlias
from urllib.parse import unquote

from ..ir import JSON
from ..pointer import find, tokens
from ..runtime import _problem
from ..schema.suggestions import close
from ..validation.validator import Problem
from .settings_schema import Described

Keys: TypeAlias = tuple[str, ...]
"""The way to a value in a file: names of keys, and indices of items."""


class Fault(NamedTuple):
    """What is wrong with a value: its place below the table, the kind of the fault, and the help.

    The kind says whether its key, its type or itself is wrong, whether a table lacks a key, or whether it is one of
    TOML's values that JSON lacks.
    """

    keys: Keys
    kind: Literal["toml", "key", "missing", "type", "value"]
    message: str
    help: str


def as_json(value: object, keys: Keys = ()) -> tuple[JSON, dict[Keys, str]]:
    """Return a TOML value as JSON, and what has no form in it (a date, `inf`, `nan`) by its keys; null stands there."""
    if isinstance(value, Mapping):
        members = {str(name): as_json(item, (*keys, str(name))) for name, item in value.items()}
        return {name: item for name, (item, _) in members.items()}, _joined(lost for _, lost in members.values())
    if isinstance(value, list):
        items = [as_json(item, (*keys, str(index))) for index, item in enumerate(value)]
        return [item for item, _ in items], _joined(lost for _, lost in items)
    if isinstance(value, str | bool | int) or value is None or (isinstance(value, float) and abs(value) < _INFINITY):
        return value, {}
    return None, {keys: str(value)}


_INFINITY: Final = float("inf")


def _joined(parts: Iterable[Mapping[Keys, str]]) -> dict[Keys, str]:
    return {keys: shown for part in parts for keys, shown in part.items()}


def defaults(schema: Mapping[str, JSON]) -> dict[str, JSON]:
    """Return the default of each property that has one."""
    return {name: row["default"] for name, row in properties(schema).items() if "default" in row}


def properties(schema: Mapping[str, JSON]) -> dict[str, dict[str, JSON]]:
    """Return the properties of a schema that are described by an object."""
    rows = schema.get("properties")
    return {name: row for name, row in rows.items() if isinstance(row, dict)} if isinstance(rows, dict) else {}


# --- What is wrong


def faults(described: Described, value: object, name: str) -> list[Fault]:
    """Return what is wrong with a table, by whose name messages call it, in the order of the schema's keywords."""
    content, lost = as_json(value)
    listed = [not_json(name, keys, shown) for keys, shown in lost.items()]
    broken = [_broken(described, content, name, problem) for problem in described.problems(content)]
    mistyped = {each.keys for each in broken if each.keyword == "type"}
    for each in broken:
        if each.keys not in lost and (each.keyword == "type" or each.keys not in mistyped):
            listed += (_EXPLAINED.get(each.keyword, _refused) if each.keyword in each.holder else _refused)(each)
    return list(dict.fromkeys(listed))


def not_json(name: str, keys: Keys, shown: str) -> Fault:
    """Return the fault of a value of TOML that JSON does not have."""
    message = f"{dotted(name, *keys)} is {shown}, which has no form in JSON"
    return Fault(keys, "toml", message, "write it as a string, in quotes")


def unknown(name: str, keys: Keys, allowed_keys: Iterable[str], more: str = "") -> Fault:
    """Return the fault of a key that has no meaning; `allowed_keys` are those that have one."""
    listed = sorted(allowed_keys)
    near = close(keys[-1], listed)
    hint = f"did you mean {near}? If not, " if near else ""
    allowed = f"use one of {', '.join(listed)}{more}" if listed else "take it out: no key is allowed here"
    return Fault(keys, "key", f"{dotted(name, *keys)} is not known", hint + allowed)


def dotted(*keys: str) -> str:
    """Return how a message names a value: by all keys on the way to it."""
    return ".".join(key for key in keys if key)


class _Broken(NamedTuple):
    """A keyword that a value does not meet; `holder` is the schema that has it, `kind` what that calls its values.

    `name` is that of the value in messages, `table` that of the table that holds all; `is_key` says that the value is
    the name of a property.
    """

    keyword: str
    holder: Mapping[str, JSON]
    kind: str
    table: str
    name: str
    keys: Keys
    value: JSON
    message: str
    is_key: bool


def _broken(described: Described, content: JSON, table: str, problem: Problem) -> _Broken:
    """Return what a problem is about; one of a property name gets the keys and the value of that name.

    What a schema resource within the schema says has no holder here: its pointers start at the resource.
    """
    keys = tokens(problem.instance_location)
    value = (find(problem.instance_location, content) or (None,))[0]
    name = dotted(table, *keys)
    named = value if isinstance(value, dict) and "/propertyNames/" in problem.keyword_location else {}
    meant = next((key for key in named if _problem.shown(key) == problem.value), None)
    if meant is not None:
        name, keys, value = f"the key {quoted(meant)} in {name}", (*keys, meant), meant
    uri, _, encoded = problem.absolute_keyword_location.partition("#")
    fragment = unquote(encoded)
    holders = find(fragment.rpartition("/")[0], dict(described.schema)) if uri == described.uri else ()
    holder = holders[0] if holders and isinstance(holders[0], dict) else {}
    is_definition = fragment.split("/")[-3:-2] in (["definitions"], ["$defs"])
    kind = str(holder.get("title", "")) if is_definition else ""
    return _Broken(problem.keyword, holder, kind, table, name, keys, value, problem.message, meant is not None)


def _unknown(broken: _Broken) -> Iterator[Fault]:
    patterns = broken.holder.get("patternProperties")
    more = "".join(f", or a key that matches {pattern}" for pattern in patterns) if isinstance(patterns, dict) else ""
    yield unknown(broken.table, broken.keys, properties(broken.holder), more)


def _missing(broken: _Broken) -> Iterator[Fault]:
    required, there = broken.holder.get("required"), broken.value
    names = map(str, required) if isinstance(required, list) else ()
    for key in names:
        if isinstance(there, dict) and key not in there:
            about = properties(broken.holder).get(key, {}).get("description", "")
            help = f"add it: {_begun_lower(str(about))}" if about else "add it"
            yield Fault(broken.keys, "missing", f"{dotted(broken.name, key)} is missing", help)


def _mistyped(broken: _Broken) -> Iterator[Fault]:
    types = broken.holder.get("type")
    listed = " or ".join(map(str, types)) if isinstance(types, list) else str(types)
    message = f"{broken.name} is of the type {_type_name(broken.value)}"
    yield Fault(broken.keys, "type", message, f"give it a value of the type {listed}")


def _unlisted(broken: _Broken) -> Iterator[Fault]:
    listed = broken.holder.get("enum")
    allowed = listed if isinstance(listed, list) else [broken.holder.get("const")]
    words = [each for each in allowed if isinstance(each, str)]
    near = close(broken.value, words) if isinstance(broken.value, str) else ""
    hint = f"did you mean {quoted(near)}? If not, " if near else ""
    message = f"{broken.name} is {'not allowed' if broken.is_key else quoted(broken.value)}"
    yield Fault(broken.keys, "value", message, f"{hint}write one of {', '.join(map(quoted, allowed))}")


def _refused(broken: _Broken) -> Iterator[Fault]:
    """Yield the fault of a value of the right type: it is not what its definition is called, or it breaks a rule."""
    shown = "" if broken.is_key or isinstance(broken.value, dict | list) else quoted(broken.value)
    if broken.kind:
        value = f" is {shown}, which" if shown else ""
        message = f"{broken.name}{value} is not {_begun_lower(broken.kind)}"
    else:
        colon = "" if broken.message.startswith("must ") else ":"
        message = f"{broken.name}{colon} {broken.message}" + (f", not {shown}" if shown else "")
    help = _begun_lower(str(broken.holder.get("description", "correct the value")))
    yield Fault(broken.keys, "value", message, help)


def _begun_lower(sentence: str) -> str:
    """Return a sentence of a schema as messages and help have it: without its capital and its full stop."""
    is_word = sentence[:1].isupper() and not sentence[1:2].isupper()
    return (sentence[:1].lower() + sentence[1:] if is_word else sentence).removesuffix(".")


_EXPLAINED: Final[Mapping[str, Callable[[_Broken], Iterator[Fault]]]] = {
    "additionalProperties": _unknown,
    "unevaluatedProperties": _unknown,
    "required": _missing,
    "type": _mistyped,
    "enum": _unlisted,
    "const": _unlisted,
}

_TYPE_NAMES: Final[Mapping[type, str]] = {
    **{str: "string", bool: "boolean", int: "integer", float: "number"},
    **{list: "array", dict: "object", type(None): "null"},
}


def _type_name(value: JSON) -> str:
    return _TYPE_NAMES[type(value)]


def quoted(value: JSON) -> str:
    """Return a value as a TOML file has it, as far as messages show it."""
    return json.dumps(value, ensure_ascii=False)
