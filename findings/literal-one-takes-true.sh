#!/usr/bin/env bash
# Six of nine checked readings of `Literal[1]` take `true`, pydantic's strict mode among them.
#
# Guess: JSON's `true` is not `Literal[1]`: Python's own typing keeps Literal[1] and Literal[True] apart (PEP 586), and
#   pydantic writes {"const": 1} for it, which `true` does not satisfy.
# Seen: pydantic 2.14.3 (lax, and strict=True from JSON), cattrs 26.2.1, apischema 0.19.0, mashumaro 3.23 and serpyco-rs
#   1.23.0 take `true` and `1.0`. pydantic gives back 1; cattrs gives back what came, so that a field said to be
#   Literal[1] holds True. With Literal[1, True], pydantic makes True of 1.0. msgspec 0.22.0, adaptix 3.0.0b12 and
#   pyserde 0.34.0 refuse.
# Why it matters: `const` and `enum` of JSON Schema become Literal in every generator of Python models; the models then
#   decide otherwise than the schema they came from. The cause is a dict of the allowed values: 1 == True == 1.0 hash alike.
# Source: JSON Schema 2020-12, core 4.2.2 (instance equality); PEP 586.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install -qq --disable-pip-version-check pydantic==2.14.3 cattrs==26.2.1 \
  apischema==0.19.0 mashumaro==3.23 serpyco-rs==1.23.0 msgspec==0.22.0 adaptix==3.0.0b12 pyserde==0.34.0 jsonschema==4.26.0
"$work/venv/bin/python" -W ignore - > "$work/seen.txt" <<'PY'
import json
from typing import Literal

import apischema
import cattrs
import jsonschema
import msgspec
import pydantic
import serde
import serpyco_rs
from adaptix import Retort
from adaptix.load_error import LoadError
from mashumaro.codecs import BasicDecoder

One = Literal[1]
adapter = pydantic.TypeAdapter(One)
readings = {
    "pydantic": adapter.validate_python,
    "pydantic, strict JSON": lambda value: adapter.validate_json(json.dumps(value), strict=True),
    "cattrs": lambda value: cattrs.Converter().structure(value, One),
    "apischema": lambda value: apischema.deserialize(One, value),
    "mashumaro": BasicDecoder(One).decode,
    "serpyco-rs": serpyco_rs.Serializer(One).load,
    "msgspec": lambda value: msgspec.convert(value, One),
    "adaptix": lambda value: Retort().load(value, One),
    "pyserde": lambda value: serde.from_dict(One, value),
}
REFUSALS = (
    ValueError, TypeError, apischema.ValidationError, msgspec.ValidationError, cattrs.errors.CattrsError, LoadError, serde.SerdeError
)


def told(read, value):
    try:
        return repr(read(value))
    except REFUSALS:
        return "refused"


for name, read in readings.items():
    print(f"{name}: true {told(read, True)}, 1.0 {told(read, 1.0)}, 2 {told(read, 2)}")
schema = adapter.json_schema()
print("pydantic's schema", {"const": schema["const"]}, "for true:", jsonschema.Draft202012Validator(schema).is_valid(True))
print("pydantic, Literal[1, True] from 1.0:", pydantic.TypeAdapter(Literal[1, True]).validate_python(1.0))
PY
diff -u - "$work/seen.txt" <<'SEEN'
pydantic: true 1, 1.0 1, 2 refused
pydantic, strict JSON: true 1, 1.0 1, 2 refused
cattrs: true True, 1.0 1.0, 2 refused
apischema: true 1, 1.0 1, 2 refused
mashumaro: true 1, 1.0 1, 2 refused
serpyco-rs: true 1, 1.0 1, 2 refused
msgspec: true refused, 1.0 refused, 2 refused
adaptix: true refused, 1.0 refused, 2 refused
pyserde: true refused, 1.0 refused, 2 refused
pydantic's schema {'const': 1} for true: False
pydantic, Literal[1, True] from 1.0: True
SEEN
echo "as stated"
