"""The contestants: what each can do with the data of a document, in the way that its own pages recommend."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from making import Models, root

Work = Callable[[Any], object]
WITH_ORJSON = "Triptych, with orjson"


@dataclass(frozen=True, slots=True)
class Codec:
    """One contestant's functions for one document, None for what it can't do.

    All keep an absent property absent. `decode` takes JSON data, `loads` bytes; `encode` and `dumps` take what
    `decode` gave, and return JSON data and JSON text. `valid` returns whether JSON data is valid. `lines` reads
    JSON Lines one by one and returns how many there were. `refuse` takes JSON data that is not valid, to the point
    where the error is caught; only who decides by the schema has it.
    """

    name: str
    document: str
    decode: Work | None = None
    encode: Work | None = None
    dumps: Work | None = None
    valid: Work | None = None
    loads: Work | None = None
    lines: Work | None = None
    refuse: Work | None = None


def codecs(models: Models) -> Iterator[Codec]:
    """Yield every contestant's codec for every document; pydantic is what the others are compared with."""
    import orjson

    for make in (_pydantic, _ours, _frozen, _auto, _msgspec, _mashumaro, _cattrs, _jsonschema_rs, _fastjsonschema):
        for document in models.schemas:
            yield make(models, document)
    for document in models.schemas:
        yield Codec("json.loads", document, loads=json.loads)
        yield Codec("orjson.loads", document, loads=orjson.loads)
        yield Codec("Cls(**data)", document, decode=_built(models.modules["ours"][document], document))


def _ours(models: Models, document: str) -> Codec:
    return _triptych("Triptych", models.modules["ours"][document], document)


def _frozen(models: Models, document: str) -> Codec:
    return _triptych("Triptych, frozen", models.modules["frozen"][document], document)


def _auto(models: Models, document: str) -> Codec:
    """Return the codec with `json = "auto"`, where orjson is installed: all but reading text is the same as without."""
    codec = _triptych(WITH_ORJSON, models.modules["auto"][document], document)
    return Codec(codec.name, document, loads=codec.loads, lines=codec.lines)


def _triptych(name: str, module: Any, document: str) -> Codec:
    def lines(texts: Any) -> int:
        return sum(1 for _ in module.decode_lines(texts))

    cls: Any = root(module, document)
    refuse = _accepting(cls.from_dict, module.DecodeError)
    return Codec(name, document, cls.from_dict, cls.to_dict, cls.to_json, module.is_valid, cls.from_json, lines, refuse)


def _pydantic(models: Models, document: str) -> Codec:
    import pydantic

    cls: Any = root(models.modules["pydantic"][document], document)

    def encode(value: Any) -> object:
        return value.model_dump(mode="json", exclude_unset=True)

    def dumps(value: Any) -> object:
        return value.model_dump_json(exclude_unset=True)

    valid = _accepting(cls.model_validate, pydantic.ValidationError)
    return Codec("pydantic", document, cls.model_validate, encode, dumps, valid, cls.model_validate_json, refuse=valid)


def _msgspec(models: Models, document: str) -> Codec:
    import msgspec

    cls = root(models.modules["msgspec"][document], document)

    def decode(data: object) -> object:
        return msgspec.convert(data, cls)

    text = msgspec.json.Encoder()
    valid = _accepting(decode, msgspec.ValidationError)
    loads = msgspec.json.Decoder(cls).decode
    return Codec("msgspec", document, decode, msgspec.to_builtins, text.encode, valid, loads, refuse=valid)


def _mashumaro(models: Models, document: str) -> Codec:
    from mashumaro.codecs.basic import BasicDecoder, BasicEncoder
    from mashumaro.codecs.json import JSONDecoder, JSONEncoder
    from mashumaro.dialect import Dialect

    class Sparse(Dialect):
        omit_none = True

    cls = root(models.modules["plain"][document], document)
    decode = BasicDecoder(cls).decode
    text = JSONEncoder(cls, default_dialect=Sparse)
    encode = BasicEncoder(cls, default_dialect=Sparse).encode
    valid = _accepting(decode, (ValueError, TypeError, LookupError, AttributeError))
    return Codec("mashumaro", document, decode, encode, text.encode, valid, JSONDecoder(cls).decode)


def _cattrs(models: Models, document: str) -> Codec:
    from cattrs.preconf.json import make_converter

    cls = root(models.modules["plain"][document], document)
    converter = make_converter(omit_if_default=True)

    def decode(data: Any) -> object:
        return converter.structure(data, cls)

    def loads(text: bytes) -> object:
        return converter.loads(text, cls)

    valid = _accepting(decode, Exception)  # a group of errors, or whatever a constructor raised
    return Codec("cattrs", document, decode, converter.unstructure, converter.dumps, valid, loads)


def _jsonschema_rs(models: Models, document: str) -> Codec:
    import jsonschema_rs

    validator = jsonschema_rs.validator_for(models.schemas[document], validate_formats=True)
    return Codec(
        "jsonschema-rs", document, valid=validator.is_valid, refuse=lambda data: not list(validator.iter_errors(data))
    )


def _fastjsonschema(models: Models, document: str) -> Codec:
    import fastjsonschema

    validate = fastjsonschema.compile(models.schemas[document], use_default=False)
    valid = _accepting(validate, fastjsonschema.JsonSchemaException)
    return Codec("fastjsonschema", document, valid=valid, refuse=valid)


def _accepting(work: Work, errors: type[Exception] | tuple[type[Exception], ...]) -> Work:
    """Return what tells whether the work was done without one of the errors."""

    def valid(data: object) -> bool:
        try:
            work(data)
        except errors:
            return False
        return True

    return valid


def _built(module: ModuleType, document: str) -> Work:
    """Return what makes our objects of all data that has a class, and converts nothing else."""
    if document == "session":
        return lambda data: module.Session(**data)
    if document in ("backend", "unbounded"):
        cls, gate = root(module, document), module.Gate if document == "backend" else module.UnboundedGate
        return lambda data: cls(**{**data, "gates": [gate(**one) for one in data["gates"]]})

    def job(data: Any) -> object:
        parts = {"state": module.JobState(**data["state"]), "program": module.Program(**data["program"])}
        return module.Job(**{**data, **parts, "usage": module.Usage(**data["usage"])})

    return lambda data: module.Jobs(**{**data, "jobs": [job(item) for item in data["jobs"]]})
