"""Resolution: documents become subschemas in the terms of 2020-12, every reference with its target.

Sources: JSON Schema Core 2020-12, sections 8 and 9; the older drafts by `dialects`.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from urllib.parse import quote, unquote

from .. import names
from ..findings import Finding, Place, Rejected, Rule
from ..ir import JSON, Document, Keyword, Location, Resource, Subschema, escape_token
from ..pointer import find, value_at
from ..records import dataclass
from ..source import loader, module_names, values
from ..source.loader import Source
from . import suggestions, uris, vocabulary
from .dialects import DIALECTS, Dialect, Reading, custom_dialect, normal_uri
from .vocabulary import WRITTEN, Role

UNRESOLVED_REFERENCE = Rule("unresolved-reference", "A reference leads to a subschema that is there.")
UNKNOWN_DIALECT = Rule("unknown-dialect", "A document's `$schema` names a dialect that is known.")
UNKNOWN_VOCABULARY = Rule("unknown-vocabulary", "A metaschema requires only vocabularies that are known.")
DUPLICATE_ID = Rule("duplicate-id", "Every schema resource has a URI of its own.")
DUPLICATE_ANCHOR = Rule("duplicate-anchor", "An anchor stands once in its schema resource.")
INVALID_SCHEMA = Rule("invalid-schema", "A schema is valid against its dialect's metaschema.")

RETRIEVAL = "schema:///"
"""The base of retrieval URIs: a file `a/b.json` of the schema folder is `schema:///a/b.json`."""

Lookup = Callable[[str], Source | None]


@dataclass(frozen=True, slots=True)
class Resolution:
    """What resolution gives: documents, subschemas and resources by location, and the sources for places.

    `bundled` has the URIs of the published metaschemas among the documents. `only_referenced` are the subschemas that
    stand below no keyword that takes one, and are only referred to. `loose` are those of which something is left out:
    a reference that leads nowhere, or everything where the dialect is not known.
    """

    documents: tuple[Document, ...]
    subschemas: Mapping[Location, Subschema]
    resources: Mapping[Location, Resource]
    sources: Mapping[str, Source]
    bundled: frozenset[str] = frozenset()
    only_referenced: tuple[Location, ...] = ()
    loose: frozenset[Location] = frozenset()

    def place(self, location: Location, keyword: str | None = None) -> Place:
        """Return where a subschema stands, or one of its keywords (as it is written)."""
        return _place(self.sources, location, keyword)


class Places(Mapping[Location, Place]):
    """Where each subschema of a resolution stands, by the path of its file; a text is scanned on first use."""

    __slots__ = ("_paths", "_resolution")

    def __init__(self, resolution: Resolution) -> None:
        self._resolution = resolution
        self._paths = {document.location.document: document.path for document in resolution.documents}

    def __getitem__(self, location: Location) -> Place:
        if location not in self._resolution.subschemas:
            raise KeyError(location)
        return replace(self._resolution.place(location), file=self._paths[location.document])

    def __contains__(self, location: object) -> bool:
        return location in self._resolution.subschemas

    def __iter__(self) -> Iterator[Location]:
        return iter(self._resolution.subschemas)

    def __len__(self) -> int:
        return len(self._resolution.subschemas)


Children = tuple[tuple[str, Location], ...]
"""The subschemas of one keyword, as `ir.Keyword.schemas` has them."""


@dataclasses.dataclass(slots=True)
class _Raw:
    """A subschema on its way: its readings with the subschemas of each, and the targets of its references once known.

    A plain one has its keywords at once.
    """

    resource: Location
    boolean: bool | None = None
    readings: tuple[tuple[Reading, Children], ...] = ()
    targets: dict[str, tuple[Location, str | None]] = field(default_factory=dict)
    keywords: Mapping[str, Keyword] | None = None


@dataclass(frozen=True, slots=True)
class _Visit:
    """One subschema that is still to be walked; `resource` is None for a document's root."""

    value: JSON
    location: Location
    resource: Location | None
    dialect: Dialect


def resolve(
    sources: Sequence[Source], *, dialect: str, lookup: Lookup, retrieval: Mapping[str, str] | None = None
) -> Resolution:
    """Return the resolution of the sources and of all that they refer to.

    `dialect` is the metaschema URI for documents without `$schema`; `lookup` gives the source for a URI
    that no document has (None: not to be had); `retrieval` maps a source's path to its retrieval URI
    where it is not the default. Raises `Rejected` with every finding.
    """
    resolution, findings = attempt(sources, dialect=dialect, lookup=lookup, retrieval=retrieval)
    if findings:
        raise Rejected(findings)
    return resolution


def attempt(
    sources: Sequence[Source],
    *,
    dialect: str,
    lookup: Lookup,
    retrieval: Mapping[str, str] | None = None,
    is_unread: Callable[[str], bool] = lambda uri: False,
) -> tuple[Resolution, tuple[Finding, ...]]:
    """Return the resolution of the sources as far as it goes, and what is wrong, () if nothing is.

    `is_unread` says of a URI that no document has whether it may be a document that could not be read: what leads there
    is left out like all that leads nowhere, but it is not a finding.
    """
    resolver = _Resolver(dialect, lookup, is_unread, {module_names.module_name(source.path) for source in sources})
    for source in sources:
        uri = (retrieval or {}).get(source.path, RETRIEVAL + quote(source.path))
        resolver.add(source, uri, public=True)
    resolver.follow()
    return resolver.resolution(), tuple(resolver.findings)


def bundled(uri: str) -> Source | None:
    """Return the published metaschema with that URI (no fragment), None if there is none."""
    # Its import costs 30 ms, and few documents refer to a metaschema.
    from jsonschema_specifications import REGISTRY
    from referencing.exceptions import NoSuchResource

    try:
        content = REGISTRY.contents(uri)
    except NoSuchResource:
        return None
    # Draft 3's is among them, which can't be read here.
    is_readable = isinstance(content, dict) and normal_uri(str(content.get("$schema"))) in DIALECTS
    return values.from_value(uri, content) if is_readable else None


def _place(sources: Mapping[str, Source], location: Location, keyword: str | None) -> Place:
    if keyword is None:
        return loader.place(sources[location.document], location.pointer)
    return loader.place(sources[location.document], (location / keyword).pointer, key=True)


class _Resolver:
    """One run of resolution: fills its tables while it walks, and is read once."""

    def __init__(self, dialect: str, lookup: Lookup, is_unread: Callable[[str], bool], modules: set[str]) -> None:
        self.findings: dict[Finding, None] = {}  # in their order, each once
        self._is_unread = is_unread
        self._modules = modules  # those of the public documents at first
        self._default_dialect = dialect
        self._lookup = lookup
        self._dialects: dict[str, Dialect] = dict(DIALECTS)
        self._in_progress: set[str] = set()  # the dialects that are being made
        self._unknown: dict[str, tuple[tuple[Rule, str, str], ...]] = {}  # what is wrong with each that is not known
        self._bundled: set[str] = set()
        self._twice: set[str] = set()  # the URIs that more than one resource claims
        self._only_referenced: list[Location] = []
        self._sources: dict[str, Source] = {}
        self._documents: dict[str, Document] = {}
        self._raw: dict[Location, _Raw] = {}
        self._resources: dict[Location, Resource] = {}
        self._by_uri: dict[str, Location] = {}
        self._anchors: dict[tuple[Location, str], Location] = {}
        self._dynamic: dict[Location, dict[str, Location]] = {}
        self._references: list[tuple[Location, Reading]] = []
        self._referring: dict[Location, None] = {}
        self._plain: dict[tuple[str, str], Mapping[str, Keyword] | None] = {}

    # Documents

    def add(self, source: Source, uri: str, *, public: bool) -> None:
        """Take in one document and walk all of its subschemas."""
        root = Location(uri)
        self._sources[uri] = source
        dialect = self._dialect_of(source.content, root) or DIALECTS[normal_uri(self._default_dialect)]
        self._by_uri.setdefault(uri, root)
        self._walk(_Visit(source.content, root, None, dialect))
        self._documents[uri] = Document(
            path=source.path,
            module=self._module(source.path, public=public),
            location=root,
            uri=self._resources[root].uri,
            dialect=dialect.uri,
            text=source.text,
            content=source.content,
            public=public,
        )

    def _module(self, path: str, *, public: bool) -> str:
        name = module_names.module_name(path.rpartition("/")[2] if "://" in path else path)
        if public:
            return name
        free = names.unique(name, self._modules)
        self._modules.add(free)
        return free

    def _dialect_of(self, value: JSON, location: Location) -> Dialect | None:
        """Return the dialect that `$schema` names, None if the subschema names none."""
        named = value.get("$schema") if isinstance(value, dict) else None
        if not isinstance(named, str):
            return None
        uri = normal_uri(named)
        if uri not in self._dialects:
            # A metaschema in its own dialect is read in this one.
            self._dialects[uri] = DIALECTS[normal_uri(self._default_dialect)]
            self._in_progress.add(uri)
            self._dialects[uri] = self._custom(uri, location)
            self._in_progress.discard(uri)
        for rule, message, help in self._unknown.get(uri, ()):
            self._report(rule, location, "$schema", message, help)
        return self._dialects[uri]

    def _custom(self, uri: str, location: Location) -> Dialect:
        fallback = DIALECTS[normal_uri(self._default_dialect)]
        if len(self._in_progress) > _MOST_METASCHEMAS:
            message = (
                f"the dialect {uri} is the last of {_MOST_METASCHEMAS} metaschemas, each in the dialect of the next"
            )
            self._unknown[uri] = ((UNKNOWN_DIALECT, message, "name a published dialect earlier"),)
            return replace(fallback, uri=uri)
        root = self._resource(uri)
        content = None if root is None else self._value(root)
        vocabularies = content.get("$vocabulary") if isinstance(content, dict) else None
        above = content.get("$schema") if isinstance(content, dict) else None
        endless = (
            not isinstance(vocabularies, dict) and isinstance(above, str) and normal_uri(above) in self._in_progress
        )
        if not isinstance(content, dict) or endless:
            self._unknown[uri] = () if self._is_unread(uri) else (_unknown_dialect(uri),)
            return replace(fallback, uri=uri)
        if not isinstance(vocabularies, dict):
            return self._dialect_of(content, root or location) or fallback
        dialect, unknown = custom_dialect(uri, vocabularies)
        if unknown:
            help = "use a metaschema that does not require it"
            messages = (f"the vocabulary {vocabulary} is not known" for vocabulary in unknown)
            self._unknown[uri] = tuple((UNKNOWN_VOCABULARY, message, help) for message in messages)
        return dialect

    def _value(self, location: Location) -> JSON:
        return value_at(location.pointer, self._sources[location.document].content)

    # The walk

    def _walk(self, first: _Visit) -> None:
        pending = [first]
        while pending:
            visit = pending.pop()
            if visit.location not in self._raw:
                pending.extend(reversed(self._visit(visit)))

    def _visit(self, visit: _Visit) -> list[_Visit]:
        location, value, dialect = visit.location, visit.value, visit.dialect
        if isinstance(value, dict):
            keywords = self._keywords_of(value, dialect) if visit.resource is not None else None
            if keywords is not None and visit.resource is not None:
                self._raw[location] = _Raw(visit.resource, keywords=keywords)
                return []
            named = self._dialect_of(value, location) if dialect.id_keyword in value or "$id" in value else None
            dialect = named or dialect
            readings = tuple(dialect.readings(value))
        elif isinstance(value, bool):
            readings = ()
        else:
            if dialect.uri not in self._unknown:
                help = "write an object, true or false"
                if isinstance(value, list) and location.pointer.endswith("/items"):
                    help += "; an array of schemas is prefixItems in this dialect"
                self._report(INVALID_SCHEMA, location, None, "a schema is an object or a boolean", help)
            readings, value = (), True
        resource = self._enter(location, visit.resource, dialect, readings)
        below = tuple((reading, _children(reading, location)) for reading in readings)
        self._raw[location] = _Raw(resource, value if isinstance(value, bool) else None, below)
        for reading in readings:
            self._note(location, resource, reading)
        return [
            _Visit(child, at, resource, dialect)
            for reading, children in below
            for (_, at), (_, _, child) in zip(children, reading.children, strict=True)
        ]

    def _keywords_of(self, schema: dict[str, JSON], dialect: Dialect) -> Mapping[str, Keyword] | None:
        """Return the keywords of a plain schema, the same table for all of the same content; None of any other.

        A plain one names nothing, refers to nothing and has no subschemas.
        """
        if not _NAMING.isdisjoint(schema) or not all(map(_is_flat, schema.values())):
            return None
        key = dialect.uri, repr(schema)
        if key not in self._plain:
            readings = tuple(dialect.readings(schema))
            is_plain = dialect.uri not in self._unknown and not any(reading.children for reading in readings)
            self._plain[key] = _table([(reading, ()) for reading in readings], {}) if is_plain else None
        return self._plain[key]

    def _enter(
        self, location: Location, outer: Location | None, dialect: Dialect, readings: Iterable[Reading]
    ) -> Location:
        """Return the resource that the subschema belongs to; an `$id` opens a new one."""
        base = location.document if outer is None else self._resources[outer].uri
        identifier = next((r.value for r in readings if r.name == dialect.id_keyword), None)
        bare, fragment = uris.split_fragment(identifier) if isinstance(identifier, str) else ("", "")
        opens = bare != "" or outer is None
        home = location if opens else outer or location
        if opens:
            uri = uris.join(base, bare) if bare else base
            anchors = self._dynamic.setdefault(location, {})
            rules = dialect.asserts_format, dialect.contains_evaluates
            self._resources[location] = Resource(location, uri, dialect.uri, anchors, *rules)
            self._claim(uri, location, dialect.id_keyword)
        # Older generators write `"$id": "#/properties/x"`, which names nothing: a pointer is not an anchor.
        if fragment and not fragment.startswith("/") and dialect.id_may_be_anchor:
            self._anchor(home, fragment, location, dialect.id_keyword)
        return home

    def _claim(self, uri: str, location: Location, keyword: str) -> None:
        holder = self._by_uri.setdefault(uri, location)
        if holder != location:
            self._twice.add(uri)
            message = f"the URI {uri} belongs to {self._sources[holder.document].path}#{holder.pointer} already"
            self._report(DUPLICATE_ID, location, keyword, message, "give each schema resource an $id of its own")

    def _anchor(self, resource: Location, name: str, location: Location, keyword: str) -> None:
        if self._anchors.setdefault((resource, name), location) != location:
            message = f"the anchor {name!r} stands twice in one schema resource"
            self._report(DUPLICATE_ANCHOR, location, keyword, message, "rename one of them")

    def _note(self, location: Location, resource: Location, reading: Reading) -> None:
        """Keep what a keyword means for identification: anchors, and references for later."""
        if reading.name in ("$anchor", "$dynamicAnchor") and isinstance(reading.value, str):
            self._anchor(resource, reading.value, location, reading.name)
            if reading.name == "$dynamicAnchor":
                self._dynamic[resource][reading.value] = location
        elif reading.name == "$recursiveAnchor" and reading.value is True and location == resource:
            self._dynamic[resource][RECURSIVE] = location
        elif reading.name in _REFERENCES and isinstance(reading.value, str):
            self._references.append((location, reading))
            self._referring[location] = None

    # References

    def follow(self) -> None:
        """Find the target of every reference; documents that are met on the way are walked too."""
        while self._references:
            location, reading = self._references.pop()
            raw = self._raw[location]
            uri = uris.join(self._resources[raw.resource].uri, str(reading.value))
            target = self._target(uri, raw.resource)
            if target is not None:
                raw.targets[reading.written] = (target, self._dynamic_name(reading, uri, target))
            elif self._resources[raw.resource].dialect not in self._unknown:
                for message, help in self._unresolved(uri, raw.resource):
                    self._report(UNRESOLVED_REFERENCE, location, reading.written, f"{reading.written} {message}", help)

    def _unresolved(self, uri: str, resource: Location) -> Iterator[tuple[str, str]]:
        """Yield why a URI leads nowhere and what to do; nothing if that may be the fault of what it leads to."""
        bare, fragment = uris.split_fragment(uri)
        root = resource if bare == self._resources[resource].uri else self._by_uri.get(bare)
        if root is None:
            if not self._is_unread(bare):
                files = {at: document.path for at, document in self._documents.items() if document.public}
                message = f"leads to {bare.removeprefix(RETRIEVAL)}, which is not there"
                yield message, suggestions.document(bare, self._by_uri, files)
            return
        if (root != resource and bare in self._twice) or self._resources[root].dialect in self._unknown:
            return
        content, name = self._value(root), unquote(fragment)
        if name.startswith("/"):
            wrong, help = suggestions.pointer(name, content)
        else:
            wrong, help = suggestions.anchor(name, [anchor for at, anchor in self._anchors if at == root], content)
        yield f"leads to {uri.removeprefix(RETRIEVAL)}, which is not there: {wrong}", help

    def _dynamic_name(self, reading: Reading, uri: str, target: Location) -> str | None:
        """Return the anchor that a dynamic reference looks up, None if it is bound to its first target."""
        name = RECURSIVE if reading.name == "$recursiveRef" else unquote(uris.split_fragment(uri)[1])
        if reading.name == "$ref" or self._dynamic[self._raw[target].resource].get(name) != target:
            return None
        return name

    def _target(self, uri: str, resource: Location) -> Location | None:
        bare, fragment = uris.split_fragment(uri)
        fragment = unquote(fragment)
        root = resource if bare == self._resources[resource].uri else self._resource(bare)
        if root is None:
            return None
        if fragment == "":
            return root
        if not fragment.startswith("/"):
            return self._anchors.get((root, fragment))
        location = Location(root.document, root.pointer + fragment)
        return location if location in self._raw or self._reach(location) else None

    def _resource(self, uri: str) -> Location | None:
        if uri not in self._by_uri:
            source = self._lookup(uri)
            if source is None and (source := bundled(uri)) is not None:
                self._bundled.add(uri)
            if source is not None:
                self.add(source, uri, public=False)
        return self._by_uri.get(uri)

    def _reach(self, location: Location) -> bool:
        """Walk a subschema that stands where no keyword looks for one; return whether there is a value."""
        reached = find(location.pointer, self._sources[location.document].content)
        if not reached:
            return False
        self._only_referenced.append(location)
        above = location.pointer
        while Location(location.document, above) not in self._raw:
            above = above.rpartition("/")[0]
        resource = self._raw[Location(location.document, above)].resource
        dialect = self._dialects.get(self._resources[resource].dialect, DIALECTS[normal_uri(self._default_dialect)])
        self._walk(_Visit(reached[0], location, resource, dialect))
        return True

    # The result

    def resolution(self) -> Resolution:
        """Return the frozen tables."""
        subschemas = {location: self._subschema(location, raw) for location, raw in self._raw.items()}
        documents = sorted(self._documents.values(), key=lambda document: not document.public)
        loose = [
            at
            for at in self._referring
            if any(_leads_nowhere(each, self._raw[at]) for each, _ in self._raw[at].readings)
        ]
        loose += [at for at, raw in self._raw.items() if self._unknown and self._is_unreadable(raw)]
        return Resolution(
            tuple(documents),
            subschemas,
            dict(self._resources),
            dict(self._sources),
            frozenset(self._bundled),
            tuple(self._only_referenced),
            frozenset(loose),
        )

    def _is_unreadable(self, raw: _Raw) -> bool:
        return self._resources[raw.resource].dialect in self._unknown

    def _subschema(self, location: Location, raw: _Raw) -> Subschema:
        fragment = location.pointer[len(raw.resource.pointer) :]
        if not _IS_FRAGMENT(fragment):  # a property's name may hold a lone surrogate, which UTF-8 has no bytes for
            fragment = quote(fragment, safe=_FRAGMENT, errors="surrogatepass")
        uri = f"{self._resources[raw.resource].uri}#{fragment}"
        if self._unknown and self._is_unreadable(raw):
            return Subschema(location, uri, raw.resource, boolean=True)
        keywords = _table(raw.readings, raw.targets) if raw.keywords is None else raw.keywords
        return Subschema(location, uri, raw.resource, raw.boolean, keywords)

    def _report(self, rule: Rule, location: Location, keyword: str | None, message: str, help: str) -> None:
        self.findings[Finding(rule, _place(self._sources, location, keyword), message, help)] = None


_MOST_METASCHEMAS = 20  # each is read while those before it are unfinished

RECURSIVE = ""
"""The dynamic anchor that `$recursiveAnchor` of 2019-09 stands for; no `$dynamicAnchor` can be empty."""

_REFERENCES = frozenset(name for name, entry in WRITTEN.items() if entry.role is Role.REFERENCE)

COVERAGE = vocabulary.cover(
    "resolution",
    {
        *("$schema", "$id", "id", "$anchor", "$dynamicAnchor", "$recursiveAnchor"),
        *("$ref", "$dynamicRef", "$recursiveRef"),
    },
    by_role=dict.fromkeys(
        (Role.ASSERTION, Role.IN_PLACE, Role.ON_PARTS, Role.DEFINITIONS, Role.ANNOTATION), "it names nothing"
    ),
    rows=WRITTEN,
)

_NAMING = frozenset(
    name for name, entry in WRITTEN.items() if entry.role in (Role.IDENTIFIER, Role.DIALECT, Role.REFERENCE)
)
"""The keywords by which a schema has a name, or is more than what it says itself."""

_FRAGMENT = "/~!$&'()*+,;=:@-._?"
_IS_FRAGMENT = re.compile(f"[A-Za-z0-9{re.escape(_FRAGMENT)}]*").fullmatch


def _unknown_dialect(uri: str) -> tuple[Rule, str, str]:
    help = f"name one of {', '.join(DIALECTS)}, or map the metaschema's URI in [tool.triptych.references]"
    return UNKNOWN_DIALECT, f"the dialect {uri} is not known", help


def _leads_nowhere(reading: Reading, raw: _Raw) -> bool:
    return reading.name in _REFERENCES and reading.written not in raw.targets


def _is_flat(value: JSON) -> bool:
    """Return whether a value is a scalar, or an array of scalars."""
    return not isinstance(value, dict) and not (
        isinstance(value, list) and any(isinstance(item, dict | list) for item in value)
    )


def _table(
    readings: Iterable[tuple[Reading, Children]], targets: Mapping[str, tuple[Location, str | None]]
) -> dict[str, Keyword]:
    """Return the keywords of a subschema by their names, without references that lead nowhere."""
    keywords: dict[str, Keyword] = {}
    for reading, children in readings:
        if reading.name in _REFERENCES and reading.written not in targets:
            continue
        key = reading.written if reading.name in keywords else reading.name
        keywords[key] = _keyword(reading, children, targets)
    return keywords


def _keyword(reading: Reading, children: Children, targets: Mapping[str, tuple[Location, str | None]]) -> Keyword:
    if reading.written not in targets:
        return Keyword(reading.name, reading.written, reading.value, children)
    target, anchor = targets[reading.written]
    if reading.name == "$ref":
        return Keyword("$ref", "$ref", reading.value, target=target)
    return Keyword("$dynamicRef", reading.written, anchor, target=target)


def _children(reading: Reading, location: Location) -> Children:
    """Return the subschemas of a keyword with their locations."""
    return tuple([(token, _below(location, path)) for token, path, _ in reading.children])


def _below(location: Location, path: Iterable[str]) -> Location:
    return Location(location.document, "/".join([location.pointer, *map(escape_token, path)]))


__all__ = ["RECURSIVE", "RETRIEVAL", "Lookup", "Resolution", "attempt", "bundled", "resolve"]
