"""Read-only copies of JSON values and packages: all artifacts share one, so none of them can change it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import NoReturn, TypeVar

from .ir import (
    JSON,
    Change,
    Effect,
    EnumShape,
    History,
    Keyword,
    Location,
    ModuleCode,
    Package,
    Release,
    Resource,
    Subschema,
)

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


def _refuse(self: object, *rest: object, **named: object) -> NoReturn:
    raise TypeError("this value is shared and can't be changed: change a copy.deepcopy() of it")


class Object(dict[str, JSON]):
    """A JSON object that can't be changed; `copy.deepcopy` gives a plain dict."""

    __slots__ = ()
    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self) -> tuple[object, ...]:
        """Return how to make a plain copy."""
        return dict, (plain(self),)


class Array(list[JSON]):
    """A JSON array that can't be changed; `copy.deepcopy` gives a plain list."""

    __slots__ = ()
    __setitem__ = __delitem__ = __iadd__ = __imul__ = _refuse
    append = clear = extend = insert = pop = remove = reverse = sort = _refuse

    def __reduce__(self) -> tuple[object, ...]:
        """Return how to make a plain copy."""
        return list, (plain(self),)


_CHANGEABLE = (dict, list)
_READ_ONLY = (Object, Array)


def plain(value: JSON) -> JSON:
    """Return a copy with plain dicts and lists, all the way down."""
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def read_only(value: JSON) -> JSON:
    """Return the value with objects and arrays that can't be changed, all the way down."""
    return _Copies().value(value)


def package(original: Package) -> Package:
    """Return the package with nothing in it that could be changed."""
    return _Copies().package(original)


class _Copies:
    """What was made of values so far, by their ids: a schema's value holds those of all subschemas in it."""

    def __init__(self) -> None:
        self._copies: dict[int, tuple[JSON, JSON]] = {}  # with the value itself, so that it keeps its id
        self._keywords: dict[int, Mapping[str, Keyword]] = {}  # by the tables of the original, which many may share

    def value(self, value: JSON) -> JSON:
        if not isinstance(value, _CHANGEABLE) or isinstance(value, _READ_ONLY):
            return value
        key = id(value)  # once: each call of it is an event of the sandbox's audit hook
        copied = self._copies.get(key)
        if copied is not None:
            return copied[1]
        of = self.value
        made: JSON
        if isinstance(value, dict):
            made = Object({name: of(item) if isinstance(item, _CHANGEABLE) else item for name, item in value.items()})
        else:
            made = Array([of(item) if isinstance(item, _CHANGEABLE) else item for item in value])
        self._copies[key] = value, made
        return made

    def package(self, original: Package) -> Package:
        documents = tuple(replace(each, content=self.value(each.content)) for each in original.documents)
        return replace(
            original,
            documents=documents,
            by_uri=_table({each.location.document: each for each in documents}),
            by_module=_table(original.by_module),
            subschemas=self._subschemas(original.subschemas),
            joins=self._subschemas(original.joins),
            shapes=_table(
                {at: self._enum(each) if isinstance(each, EnumShape) else each for at, each in original.shapes.items()}
            ),
            annotations=_table(original.annotations),
            modules=_Modules(original.modules),
            examples=_table({at: self.value(each) for at, each in original.examples.items()}),
            history=self._history(original.history),
            resources=_table({at: _resource(each) for at, each in original.resources.items()}),
        )

    def _subschemas(self, original: Mapping[Location, Subschema]) -> Mapping[Location, Subschema]:
        return MappingProxyType({at: self._subschema(each) for at, each in original.items()})

    def _subschema(self, original: Subschema) -> Subschema:
        key = id(original.keywords)
        if key not in self._keywords:
            keywords = {name: self._keyword(each) for name, each in original.keywords.items()}
            self._keywords[key] = MappingProxyType(keywords)
        return Subschema(original.location, original.uri, original.resource, original.boolean, self._keywords[key])

    def _keyword(self, original: Keyword) -> Keyword:
        value = original.value
        if not isinstance(value, _CHANGEABLE) or (value := self.value(value)) is original.value:
            return original
        return Keyword(original.name, original.written, value, original.schemas, original.target)

    def _enum(self, original: EnumShape) -> EnumShape:
        return replace(original, members=tuple((name, self.value(value)) for name, value in original.members))

    def _history(self, original: History) -> History:
        releases = {at: tuple(map(self._release, each)) for at, each in original.releases.items()}
        return replace(original, releases=_table(releases), files=_table(original.files))

    def _release(self, original: Release) -> Release:
        return replace(original, changes=tuple(map(self._change, original.changes)))

    def _change(self, original: Change) -> Change:
        return replace(
            original,
            before=tuple(map(self.value, original.before)),
            after=tuple(map(self.value, original.after)),
            writers=self._effect(original.writers),
            readers=self._effect(original.readers),
        )

    def _effect(self, original: Effect) -> Effect:
        return replace(original, document=tuple(map(self.value, original.document)))


def _resource(original: Resource) -> Resource:
    return replace(original, dynamic_anchors=_table(original.dynamic_anchors))


class _Modules(Mapping[str, ModuleCode]):
    """The code of the modules by URI, each looked at when somebody asks for it."""

    __slots__ = ("_modules",)

    def __init__(self, original: Mapping[str, ModuleCode]) -> None:
        self._modules = original

    def __getitem__(self, uri: str) -> ModuleCode:
        return _module(self._modules[uri])

    def __contains__(self, uri: object) -> bool:
        return uri in self._modules

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __len__(self) -> int:
        return len(self._modules)


def _module(original: ModuleCode) -> ModuleCode:
    return replace(original, classes=_table(original.classes), imports=_table(original.imports))


def _table(mapping: Mapping[_Key, _Value]) -> Mapping[_Key, _Value]:
    return MappingProxyType(dict(mapping))
