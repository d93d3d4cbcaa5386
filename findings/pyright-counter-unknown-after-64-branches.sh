#!/usr/bin/env bash
# In pyright, a counter that goes down in 64 or more branches one after the other has an unknown type, unless annotated.
#
# Guess: `left = 64`, then `if ...: left -= 1` any number of times: an int (or a union of literals that is widened to one).
# Seen, pyright 1.1.414, strict: with 63 such branches no error; with 64 there are 65: `Type of "left" is unknown` at each
#   branch, and one more at the `return` of a function that declares `-> int`. So it is with `left = int(64)`, which is no
#   literal; with `left: int = 64` there is no error, at 64 or at 200.
# Why it matters: generated code counts properties so (one branch a property), and in a strict project a schema with a
#   64th property fails a check that one with 63 passes, with as many errors as there are properties.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install -qq --disable-pip-version-check "pyright[nodejs]==1.1.414"
mkdir "$work/project"
echo '{"include": ["."], "typeCheckingMode": "strict", "pythonVersion": "3.11"}' > "$work/project/pyrightconfig.json"
for case in "left = 63|63" "left = 64|64" "left = int(64)|64" "left: int = 64|64" "left: int = 200|200"; do
    "$work/venv/bin/python" - "$case" > "$work/project/module.py" <<'PY'
import sys

first, count = sys.argv[1].split("|")
print("def absent(names: set[str]) -> int:", f"    {first}", sep="\n")
for number in range(int(count)):
    print(f'    if "p{number}" not in names:', "        left -= 1", sep="\n")
print("    return left")
PY
    "$work/venv/bin/pyright" --project "$work/project" > "$work/said.txt" || true
    echo "$case -> $(grep -c 'Type of "left" is unknown' "$work/said.txt" || true) unknown, $(grep -c ' error: ' "$work/said.txt" || true) errors"
done > "$work/seen.txt"
diff -u - "$work/seen.txt" <<'SEEN'
left = 63|63 -> 0 unknown, 0 errors
left = 64|64 -> 64 unknown, 65 errors
left = int(64)|64 -> 64 unknown, 65 errors
left: int = 64|64 -> 0 unknown, 0 errors
left: int = 200|200 -> 0 unknown, 0 errors
SEEN
echo "as stated"
