#!/usr/bin/env bash
# The first pydantic adapter made under a frozen clock makes pydantic refuse the real datetime for the rest of the process.
#
# Guess: FakeDatetime is a subclass of datetime that passes every isinstance, so that codecs see no difference, and
#   whatever there is ends with the `with`.
# Seen, freezegun 1.5.5: pydantic 2.14.3 loads its schema code at its first use, and takes `datetime` from the module as it
#   is then. If that is while frozen, a dataclass with the real class raises PydanticSchemaGenerationError, then and for
#   good. orjson 3.13.0 and msgspec 0.22.0 raise TypeError for what datetime.now() gives while frozen. A dataclass that
#   is declared while frozen keeps FakeDatetime in its annotations: msgspec and mashumaro 3.23 refuse it for good.
# Why it matters: models are imported and adapters made lazily, in the first test that needs them. If that one has a frozen
#   clock, others fail, far away, and which ones hangs on the order of the tests.
# Source: all of these compare classes by identity; orjson documents that it does not take subclasses of datetime.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install -qq --disable-pip-version-check freezegun==1.5.5 msgspec==0.22.0 orjson==3.13.0 pydantic==2.14.3 mashumaro==3.23
"$work/venv/bin/python" -W ignore - > "$work/seen.txt" <<'PY'
import datetime
import sys
import types

import msgspec
import orjson
import pydantic
from freezegun import freeze_time
from mashumaro.codecs import BasicDecoder
from mashumaro.exceptions import UnserializableField

SOURCE = "import dataclasses, datetime\n@dataclasses.dataclass\nclass Event:\n    at: datetime.datetime\n"


def declared(name):
    module = sys.modules[name] = types.ModuleType(name)
    exec(SOURCE, module.__dict__)
    return module.Event


def told(function):
    try:
        function()
    except (TypeError, UnserializableField, msgspec.ValidationError, pydantic.PydanticSchemaGenerationError) as error:
        return f"{type(error).__name__}"
    return "good"


def read_by_all(event):
    data = {"at": "2020-01-02T03:04:05"}
    return {
        "msgspec": told(lambda: msgspec.convert(data, event)),
        "mashumaro": told(lambda: BasicDecoder(event).decode(data)),
        "pydantic": told(lambda: pydantic.TypeAdapter(event).validate_python(data)),
    }


before = declared("before")
with freeze_time("2021-01-01"):
    now = datetime.datetime.now()
    print("write now(): orjson", told(lambda: orjson.dumps(now)), "msgspec", told(lambda: msgspec.json.encode(now)), end=" ")
    print("pydantic", told(lambda: pydantic.TypeAdapter(datetime.datetime).dump_json(now)))
    print("declared before, read while frozen:", read_by_all(before))
    during = declared("during")
print("declared while frozen, read after:", read_by_all(during))
print("declared before, read after:", read_by_all(before))
PY
diff -u - "$work/seen.txt" <<'SEEN'
write now(): orjson TypeError msgspec TypeError pydantic good
declared before, read while frozen: {'msgspec': 'good', 'mashumaro': 'UnserializableField', 'pydantic': 'PydanticSchemaGenerationError'}
declared while frozen, read after: {'msgspec': 'ValidationError', 'mashumaro': 'UnserializableField', 'pydantic': 'good'}
declared before, read after: {'msgspec': 'good', 'mashumaro': 'good', 'pydantic': 'PydanticSchemaGenerationError'}
SEEN
echo "as stated"
