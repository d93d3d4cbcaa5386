"""What artifacts are given: values that nobody can change, since others are given the same ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import NoReturn, TypeVar

from .ir import JSON, Change, Effect, EnumShape, History, Keyword, ModuleCode, Package, Release, Resource, Subschema

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


def plain(value: JSON) -> JSON:
    """Return a copy with plain dicts and lists, all the way down."""
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def read_only(value: JSON) -> JSON:
    """Return the value with objects and arrays that can't be changed, all the way down."""
    return _Given().value(value)


def package(given: Package) -> Package:
    """Return the package with nothing in it that could be changed."""
    return _Given().package(given)


class _Given:
    """What was made of values so far, by their ids: a schema's value holds those of all subschemas in it."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[JSON, JSON]] = {}  # with the value itself, so that it keeps its id

    def value(self, value: JSON) -> JSON:
        if not isinstance(value, dict | list) or isinstance(value, Object | Array):
            return value
        known = self._known.get(id(value))
        if known is not None:
            return known[1]
        made: JSON
        if isinstance(value, dict):
            made = Object({name: self.value(item) for name, item in value.items()})
        else:
            made = Array([self.value(item) for item in value])
        self._known[id(value)] = value, made
        return made

    def package(self, given: Package) -> Package:
        documents = tuple(replace(each, content=self.value(each.content)) for each in given.documents)
        return replace(
            given,
            documents=documents,
            by_uri=_table({each.location.document: each for each in documents}),
            by_module=_table(given.by_module),
            subschemas=_table({at: self._subschema(each) for at, each in given.subschemas.items()}),
            shapes=_table(
                {at: self._enum(each) if isinstance(each, EnumShape) else each for at, each in given.shapes.items()}
            ),
            annotations=_table(given.annotations),
            modules=_Modules(given.modules),
            examples=_table({at: self.value(each) for at, each in given.examples.items()}),
            history=self._history(given.history),
            resources=_table({at: _resource(each) for at, each in given.resources.items()}),
        )

    def _subschema(self, given: Subschema) -> Subschema:
        keywords = {name: self._keyword(each) for name, each in given.keywords.items()}
        return Subschema(given.location, given.uri, given.resource, given.boolean, _table(keywords))

    def _keyword(self, given: Keyword) -> Keyword:
        value = self.value(given.value)
        if value is given.value:
            return given
        return Keyword(given.name, given.written, value, given.schemas, given.target)

    def _enum(self, given: EnumShape) -> EnumShape:
        return replace(given, members=tuple((name, self.value(value)) for name, value in given.members))

    def _history(self, given: History) -> History:
        releases = {at: tuple(map(self._release, each)) for at, each in given.releases.items()}
        return replace(given, releases=_table(releases), files=_table(given.files))

    def _release(self, given: Release) -> Release:
        return replace(given, changes=tuple(map(self._change, given.changes)))

    def _change(self, given: Change) -> Change:
        return replace(
            given,
            before=tuple(map(self.value, given.before)),
            after=tuple(map(self.value, given.after)),
            writers=self._effect(given.writers),
            readers=self._effect(given.readers),
        )

    def _effect(self, given: Effect) -> Effect:
        return replace(given, document=tuple(map(self.value, given.document)))


def _resource(given: Resource) -> Resource:
    return replace(given, dynamic_anchors=_table(given.dynamic_anchors))


class _Modules(Mapping[str, ModuleCode]):
    """The code of the modules by URI, each looked at when somebody asks for it."""

    __slots__ = ("_given",)

    def __init__(self, given: Mapping[str, ModuleCode]) -> None:
        self._given = given

    def __getitem__(self, uri: str) -> ModuleCode:
        return _module(self._given[uri])

    def __contains__(self, uri: object) -> bool:
        return uri in self._given

    def __iter__(self) -> Iterator[str]:
        return iter(self._given)

    def __len__(self) -> int:
        return len(self._given)


def _module(given: ModuleCode) -> ModuleCode:
    return replace(given, classes=_table(given.classes), imports=_table(given.imports))


def _table(given: Mapping[_Key, _Value]) -> Mapping[_Key, _Value]:
    return MappingProxyType(dict(given))
