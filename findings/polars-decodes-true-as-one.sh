#!/usr/bin/env bash
# polars decodes JSON `true` and `1.5` into an integer column as 1, and what does not fit as null, without a word.
#
# Guess: json_decode with a dtype raises for a value of another JSON type, as it does for "2", or gives null.
# Seen, polars 2.1.0: into Int8, `true` and `1.5` become 1, -0.9 becomes 0, 300 and 1e3 become null; "2" raises. Into
#   Float64, `true` becomes 1.0; into String, 1e3 becomes "1000". The other way, Boolean refuses 1. Of a repeated member
#   the first value counts; Python's json takes the last.
# Why it matters: a dtype made from a schema ("type": "integer") looks like a check and is none, and a null can't be
#   told from one that was sent.
# Source: JSON Schema 2020-12, validation 6.1.1 (integer: no fraction); RFC 8259, 4 (repeated names).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install -qq --disable-pip-version-check polars==2.1.0
"$work/venv/bin/python" -W ignore - > "$work/seen.txt" <<'PY'
import json

import polars


def decoded(text, dtype):
    try:
        return polars.Series([text]).str.json_decode(dtype).to_list()[0]
    except polars.exceptions.ComputeError:
        return "raises"


for text in ("true", "1.5", "-0.9", "300", "1e3", "null", '"2"'):
    print(text, *(repr(decoded(text, dtype)) for dtype in (polars.Int8, polars.Float64, polars.String)))
print("1 as Boolean", decoded("1", polars.Boolean))
twice = '{"a": 1, "a": 2}'
print(twice, decoded(twice, polars.Struct({"a": polars.Int64})), json.loads(twice))
PY
diff -u - "$work/seen.txt" <<'SEEN'
true 1 1.0 'true'
1.5 1 1.5 '1.5'
-0.9 0 -0.9 '-0.9'
300 None 300.0 '300'
1e3 None 1000.0 '1000'
null None None None
"2" 'raises' 'raises' '2'
1 as Boolean raises
{"a": 1, "a": 2} {'a': 1} {'a': 2}
SEEN
echo "as stated"
