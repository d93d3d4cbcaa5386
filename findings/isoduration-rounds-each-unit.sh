#!/usr/bin/env bash
# isoduration rounds every fraction to whole units when it adds it: half a year from January is next January.
#
# Guess: "P0.5Y" is refused when added to a date (as isodate does), or is about six months (as aniso8601 does); and
#   "PT0.5H" is thirty minutes everywhere.
# Seen, isoduration 20.11.0: it parses the fraction and keeps it, and then 2020-01-01 + P0.5Y is 2021-01-01, + P0.4Y moves
#   nothing, + P1.5M is two months, + P0.5D a whole day, + PT0.5H a whole hour, and + PT0.25S nothing. isodate 0.7.2 refuses
#   fractions of years and months; aniso8601 10.0.1 has no calendar and takes 365 days for a year and 30 for a month.
# Why it matters: isoduration is what jsonschema 4.26.0 asks for `format: duration`. So these texts pass there (though the
#   grammar of RFC 3339 has no fractions), and whoever then computes with the same library is off by up to half a year.
# Source: ISO 8601 lets the smallest unit have a fraction; RFC 3339, appendix A, lets none.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install -qq --disable-pip-version-check \
  isoduration==20.11.0 isodate==0.7.2 aniso8601==10.0.1 jsonschema==4.26.0
"$work/venv/bin/python" - > "$work/seen.txt" <<'PY'
import datetime

import aniso8601
import isodate
import isoduration
from jsonschema import Draft202012Validator


def added(parse, text):
    try:
        return (parse(text) + datetime.datetime(2020, 1, 1)).isoformat()
    except (ValueError, isodate.ISO8601Error, aniso8601.exceptions.ISOFormatError):
        return "raises"


for text in ("P0.4Y", "P0.5Y", "P2.5Y", "P1.5M", "P0.5D", "PT0.5H", "PT0.25S"):
    found = [added(parse, text) for parse in (isoduration.parse_duration, isodate.parse_duration, aniso8601.parse_duration)]
    print(text, *found, Draft202012Validator.FORMAT_CHECKER.conforms(text, "duration"))
PY
diff -u - "$work/seen.txt" <<'SEEN'
P0.4Y 2020-01-01T00:00:00 raises 2020-05-26T00:00:00 True
P0.5Y 2021-01-01T00:00:00 raises 2020-07-01T12:00:00 True
P2.5Y 2023-01-01T00:00:00 raises 2022-07-01T12:00:00 True
P1.5M 2020-03-01T00:00:00 raises 2020-02-15T00:00:00 True
P0.5D 2020-01-02T00:00:00 2020-01-01T12:00:00 2020-01-01T12:00:00 True
PT0.5H 2020-01-01T01:00:00 2020-01-01T00:30:00 2020-01-01T00:30:00 True
PT0.25S 2020-01-01T00:00:00 2020-01-01T00:00:00.250000 2020-01-01T00:00:00.250000 True
SEEN
echo "as stated: isoduration, isodate, aniso8601, and whether jsonschema takes the format"
