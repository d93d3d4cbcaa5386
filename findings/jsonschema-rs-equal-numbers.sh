#!/usr/bin/env bash
# For jsonschema-rs the float 2.0**55 is not the integer 2**55, but another integer, two above it.
#
# Guess: a library that decides `multipleOf` in decimals knows that 2**55 equals 2.0**55 (a power of two loses nothing as a
#   double). If there is a border, it is 2**53 or 2**64.
# Seen, jsonschema-rs 0.60.3: in const, enum and uniqueItems a float counts as the decimal number that it is printed as.
#   2.0**55 prints as 3.602879701896397e16, and so it equals 36028797018963970 and not 36028797018963968, the value that it
#   has. 10**17 equals 1e17, which is exact in print. With `minimum` and `maximum` both at 36028797018963970, 2.0**55 is
#   refused although it is the const, and with both at 36028797018963968 as well. jsonschema 4.26.0 compares the values.
# Why it matters: identifiers of 64 bits that went through a JavaScript or YAML writer come back with an exponent or with
#   `.0`; the same value then passes one validator's enum and not the other's.
# Source: JSON Schema 2020-12, core 4.2.2: two numbers are equal if they have the same mathematical value.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install -qq --disable-pip-version-check jsonschema-rs==0.60.3 jsonschema==4.26.0
"$work/venv/bin/python" -W ignore - > "$work/seen.txt" <<'PY'
import jsonschema_rs
from jsonschema import Draft202012Validator

for integer, same in ((2**54, 2.0**54), (2**55, 2.0**55), (2**55 + 2, 2.0**55), (10**17, 1e17), (2**62, 2.0**62)):
    asked = [
        ({"const": integer}, same),
        ({"enum": [same]}, integer),
        ({"minimum": integer, "maximum": integer}, same),
        ({"uniqueItems": True}, [integer, same]),
    ]
    print(integer, same, integer == same, "rs:", *(jsonschema_rs.is_valid(schema, instance) for schema, instance in asked), end=" ")
    print("jsonschema:", *(Draft202012Validator(schema).is_valid(instance) for schema, instance in asked))
PY
diff -u - "$work/seen.txt" <<'SEEN'
18014398509481984 1.8014398509481984e+16 True rs: True True True False jsonschema: True True True False
36028797018963968 3.602879701896397e+16 True rs: False False False True jsonschema: True True True False
36028797018963970 3.602879701896397e+16 False rs: True True False False jsonschema: False False False True
100000000000000000 1e+17 True rs: True True True False jsonschema: True True True False
4611686018427387904 4.611686018427388e+18 True rs: False False False True jsonschema: True True True False
SEEN
echo "as stated"
