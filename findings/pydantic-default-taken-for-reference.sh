#!/usr/bin/env bash
# A default value with a member "$ref" makes pydantic's JSON Schema raise a bare KeyError.
#
# Guess: a default, a `const` or an `enum` is data, so that a JSON Schema is made, with the value in it as it stands.
# Seen, pydantic 2.14.4: `link: dict[str, str] = {"$ref": "other.json"}` is a good field, and `model_json_schema()` of its
#   model, or of one that holds it, raises KeyError: 'other.json'. So do `const`, `enum` and a comment of one's own in
#   `WithJsonSchema`, and a reference to `#`, into the schema's own `$defs` or to a file; an http(s) URL is left alone.
#   Data under `examples`, and a "$ref" whose value is no string, stay as they are.
# Why it matters: models of documents that hold references (OpenAPI, JSON Reference) have such defaults; FastAPI serves no
#   /openapi.json then, and the error names neither the model nor the field.
# Source: JSON Schema 2020-12, Validation 9.2 and 6.1.2 to 6.1.3: the values of `default`, `enum` and `const` are any JSON;
#   Core 8.2.4: a `$ref` may lead into `$defs` beside it.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install -qq --disable-pip-version-check pydantic==2.14.4
"$work/venv/bin/python" - > "$work/seen.txt" <<'PY'
from typing import Annotated, Any

from pydantic import BaseModel, Field, TypeAdapter, WithJsonSchema


class Linked(BaseModel):
    link: dict[str, str] = {"$ref": "other.json"}


class Holder(BaseModel):
    inner: Linked = Linked()


class WithExample(BaseModel):
    link: dict[str, str] = Field(examples=[{"$ref": "other.json"}])


class WithNumber(BaseModel):
    link: dict[str, int] = {"$ref": 1}


def seen(name: str, made: Any) -> None:
    try:
        print(name, "->", "a schema" if made() else "")
    except KeyError as error:
        print(name, "->", "KeyError", error)


for model in (Linked, Holder, WithExample, WithNumber):
    print(model.__name__, "is valid", model.model_validate({"link": {"a": "1"}, "inner": {}}) is not None)
    seen(model.__name__, model.model_json_schema)
for schema in (
    {"const": {"$ref": "x"}},
    {"enum": [{"$ref": "x"}]},
    {"x-comment": {"$ref": "see page 3"}},
    {"items": {"$ref": "#"}},
    {"$ref": "#/$defs/N", "$defs": {"N": {"type": "integer"}}},
    {"$ref": "other.json"},
    {"$ref": "https://example.com/other.json"},
):
    seen(str(schema), TypeAdapter(Annotated[Any, WithJsonSchema(schema)]).json_schema)
PY
diff -u - "$work/seen.txt" <<'SEEN'
Linked is valid True
Linked -> KeyError 'other.json'
Holder is valid True
Holder -> KeyError 'other.json'
WithExample is valid True
WithExample -> a schema
WithNumber is valid True
WithNumber -> a schema
{'const': {'$ref': 'x'}} -> KeyError 'x'
{'enum': [{'$ref': 'x'}]} -> KeyError 'x'
{'x-comment': {'$ref': 'see page 3'}} -> KeyError 'see page 3'
{'items': {'$ref': '#'}} -> KeyError '#'
{'$ref': '#/$defs/N', '$defs': {'N': {'type': 'integer'}}} -> KeyError '#/$defs/N'
{'$ref': 'other.json'} -> KeyError 'other.json'
{'$ref': 'https://example.com/other.json'} -> a schema
SEEN
echo "as stated"
