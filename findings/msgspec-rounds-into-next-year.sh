#!/usr/bin/env bash
# For msgspec a time just before midnight is midnight at the start of the same day.
#
# Guess: digits beyond microseconds are cut off, as pydantic, datetime.fromisoformat, isodate and pendulum do.
# Seen, msgspec 0.22.0: they are rounded, and the carry goes all the way: the last tenth of a microsecond of a year is
#   decoded as the next year, and the `time` 23:59:59.9999999 as 00:00:00, nearly a day earlier; in the year 9999 the
#   same fraction makes a valid date-time an error. pydantic 2.14.3 cuts dates and times off, but rounds durations.
# Why it matters: clocks of Go, Java and .NET write seven or nine digits. Two services that read the same `date-time` put
#   it into different days, and "before" and "after" change places.
# Source: RFC 3339, 5.6 (time-secfrac has any number of digits) leaves what to do with them to the reader.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install -qq --disable-pip-version-check msgspec==0.22.0 pydantic==2.14.3
"$work/venv/bin/python" -W ignore - > "$work/seen.txt" <<'PY'
import datetime

import msgspec
import pydantic

for kind, text in (
    (datetime.datetime, "2020-12-31T23:59:59.9999999Z"),
    (datetime.datetime, "2020-12-31T23:59:59.9999994Z"),
    (datetime.datetime, "9999-12-31T23:59:59.9999999Z"),
    (datetime.time, "23:59:59.9999999"),
    (datetime.timedelta, "PT0.9999999S"),
):
    try:
        read = str(msgspec.convert(text, kind))
    except msgspec.ValidationError as error:
        read = str(error)
    print(text, "msgspec:", read, "pydantic:", pydantic.TypeAdapter(kind).validate_python(text))
PY
diff -u - "$work/seen.txt" <<'SEEN'
2020-12-31T23:59:59.9999999Z msgspec: 2021-01-01 00:00:00+00:00 pydantic: 2020-12-31 23:59:59.999999+00:00
2020-12-31T23:59:59.9999994Z msgspec: 2020-12-31 23:59:59.999999+00:00 pydantic: 2020-12-31 23:59:59.999999+00:00
9999-12-31T23:59:59.9999999Z msgspec: Invalid RFC3339 encoded datetime pydantic: 9999-12-31 23:59:59.999999+00:00
23:59:59.9999999 msgspec: 00:00:00 pydantic: 23:59:59.999999
PT0.9999999S msgspec: 0:00:01 pydantic: 0:00:01
SEEN
echo "as stated"
