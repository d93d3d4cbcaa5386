"""The closed lists of the tree: what a generated function may name, call, look up, give a value to and catch.

They are kept by hand, apart from the printers: whoever lets a printer make something new adds it here. A schema never
can: it chooses the names of classes, fields and variables, and these are no way to an import, a call of anything else,
or an attribute of a module.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from ... import names
from ..formats import FORMATS

_TYPED: Final = [each.python_type for each in FORMATS.values() if each.python_type]

MODULES: Final[Mapping[str, frozenset[str]]] = {
    **{f"_{name}": frozenset[str]() for name in names.RUNTIME_MODULES},
    **{
        module: frozenset(
            name
            for each in _TYPED
            if each.module == module
            for name in (each.decoder, each.encoder, each.reader, each.many)
            if name
        )
        for module in {each.module for each in _TYPED}
    },
    "_absent": frozenset("ABSENT Absent".split()),
    "_data": frozenset("JSON encode identity is_json refused refused_items".split()),
    "_equality": frozenset("equal is_unique key keys".split()),
    "_errors": frozenset({"Invalid"}),
    "_formats": frozenset(each.predicate for each in FORMATS.values()),
    "_integers": frozenset({"are_small_integers"}),
    "_json": frozenset("boolean dumps number".split()),
    "_model": frozenset("as_subclass twin".split()),
    "_numbers": frozenset("exact integer is_multiple whole".split()),
    "datetime": frozenset("date datetime time".split()),
    "re": frozenset({"compile"}),
}
"""For each module the attributes that are ever looked up in it."""

METHODS: Final = frozenset("add append count get is_integer items join keys to_dict to_json update values".split())
"""Methods that are called of values, and looked up for nothing else: those of JSON's types and of generated classes."""

_VALUES: Final = frozenset({"value", "_value_"})
"""Attributes of values that are not methods: of an enum's member."""

_OF_SELF: Final = frozenset({"_kept", "__class__"})
"""Attributes of an object that are not fields: the texts that it keeps, and the class that is given to it."""

BUILTINS: Final = frozenset(
    (
        "AttributeError KeyError TypeError bool dict enumerate float int len list object range set str sum tuple type"
    ).split()
)
"""Builtins that functions use; no variable may have such a name."""

AT_TOP: Final = frozenset({"frozenset", "map"})
"""Builtins that constants use too."""

HIDDEN: Final = names.BUILTINS - BUILTINS
"""Builtins that no function uses: where such a name stands, it is that of a variable."""

_IMPORTED: Final = frozenset({"datetime", "quoted", "re"})
_CALLED: Final = frozenset("_new enumerate frozenset len map quoted range set sum type".split())
_FUNCTION: Final = re.compile(rf"_(?:{'|'.join(names.ROLES)})_\w+\Z", re.ASCII)
_CONSTANT: Final = re.compile(r"_[A-Z0-9_]+\Z")
PARAMETERS: Final = frozenset("cls data evaluated memo self text value".split())
CAUGHT: Final = frozenset([("AttributeError",), ("KeyError",), ("TypeError",), ("KeyError", "TypeError")])
"""What is ever caught together."""

DEEPEST: Final = 20
"""Loops and `try` within each other, the most that CPython before 3.14 can do; a handler counts for two."""


@lru_cache(maxsize=1 << 16)
def is_name(identifier: str) -> bool:
    """Return whether a text is a name: an identifier, no keyword, and not one of Python's own."""
    return names.is_identifier(identifier) and not identifier.startswith("__") and not keyword.iskeyword(identifier)


@lru_cache(maxsize=1 << 14)
def is_variable(identifier: str) -> bool:
    """Return whether a variable of a function may have a name: it hides nothing that functions use."""
    is_hidden = identifier in BUILTINS or identifier in _IMPORTED
    return not is_hidden and (identifier[0] != "_" or identifier == "_")


def is_constant(identifier: str) -> bool:
    """Return whether a constant of a module may have a name."""
    return _CONSTANT.match(identifier) is not None


@lru_cache(maxsize=1 << 14)
def is_function(identifier: str) -> bool:
    """Return whether a function of a module may have a name."""
    return _FUNCTION.match(identifier) is not None


@lru_cache(maxsize=1 << 14)
def is_called(identifier: str) -> bool:
    """Return whether what has a name is ever called: a function, or a constant that searches for a pattern."""
    return identifier in _CALLED or is_function(identifier) or (is_constant(identifier) and "_PATTERN" in identifier)


@lru_cache(maxsize=1 << 16)
def is_attribute(owner: str | type, attribute: str) -> bool:
    """Return whether an attribute is ever looked up in what has a name, or in the value of a kind of expression."""
    if isinstance(owner, type):
        return attribute in _ATTRIBUTES.get(owner.__name__, ())
    if owner in MODULES:
        return attribute in MODULES[owner]
    if owner == "self":
        return attribute in _OF_SELF or (is_name(attribute) and attribute[0] != "_")
    if attribute == "get" and is_constant(owner):  # a table
        return True
    if owner[0] == "_":  # another module of the package: its functions, and its classes
        return is_function(attribute) or (is_name(attribute) and names.is_class_name(attribute))
    return attribute in METHODS or attribute in _VALUES


@lru_cache(maxsize=1 << 16)
def is_method(owner: str | type, attribute: str) -> bool:
    """Return whether an attribute that is looked up is ever called: no field is, and no class of another module."""
    if isinstance(owner, str) and (owner in MODULES or owner[0] == "_"):
        return owner in MODULES or is_function(attribute) or (attribute == "get" and is_constant(owner))
    return attribute in METHODS


_ATTRIBUTES: Final[Mapping[str, frozenset[str]]] = {
    "Attribute": METHODS | _VALUES,
    "Call": frozenset({"search"}),  # of a pattern
    "List": frozenset({"count"}),
    "Literal": frozenset({"join"}),
    "Subscript": METHODS | _VALUES,
}
"""By the kind of an expression without a name, the attributes that are looked up in its value."""
