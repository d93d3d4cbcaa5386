#!/usr/bin/env bash
# pydantic reads a JSON number into a Decimal by way of a double, integers excepted.
#
# Guess: a Decimal field is there for exact numbers, so model_validate_json keeps the digits of the text.
# Seen, pydantic 2.14.3: 9007199254740993 is exact and 9007199254740993.0 is one less; the same digits in a string are
#   exact again. `max_digits=20, decimal_places=2` takes 123456789012345678.25 and stores ...680. 1.10 loses its zero,
#   and 1e-400 is 0. msgspec 0.22.0 and the standard json with parse_float=Decimal keep all of it.
# Why it matters: a schema says {"type": "number"} for money, senders send numbers, and the type in the model says
#   "exact"; nothing raises.
# Source: RFC 8259, 6 sets no limit to precision; pydantic's own serialisation writes Decimals as strings, exactly.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install -qq --disable-pip-version-check pydantic==2.14.3 msgspec==0.22.0
"$work/venv/bin/python" -W ignore - > "$work/seen.txt" <<'PY'
import json
from decimal import Decimal
from typing import Annotated

import msgspec
import pydantic

adapter = pydantic.TypeAdapter(Decimal)
texts = ("9007199254740993", "9007199254740993.0", '"9007199254740993.0"', "0.1234567890123456789", "1.10", "1e-400")
for text in texts:
    standard = json.loads(text, parse_float=Decimal, parse_int=Decimal)
    print(text, "pydantic", adapter.validate_json(text), "msgspec", msgspec.json.decode(text, type=Decimal), "json", standard)
price = pydantic.TypeAdapter(Annotated[Decimal, pydantic.Field(max_digits=20, decimal_places=2)])
print(price.validate_json("123456789012345678.25"), price.validate_json('"123456789012345678.25"'))
PY
diff -u - "$work/seen.txt" <<'SEEN'
9007199254740993 pydantic 9007199254740993 msgspec 9007199254740993 json 9007199254740993
9007199254740993.0 pydantic 9007199254740992 msgspec 9007199254740993.0 json 9007199254740993.0
"9007199254740993.0" pydantic 9007199254740993.0 msgspec 9007199254740993.0 json 9007199254740993.0
0.1234567890123456789 pydantic 0.12345678901234568 msgspec 0.1234567890123456789 json 0.1234567890123456789
1.10 pydantic 1.1 msgspec 1.10 json 1.10
1e-400 pydantic 0 msgspec 1E-400 json 1E-400
123456789012345680 123456789012345678.25
SEEN
echo "as stated"
