#!/usr/bin/env bash
# `format: relative-json-pointer` has had offsets ("0+1") since 2019-09, and five of six validators refuse them in 2020-12.
#
# Guess: the format is defined by one short grammar, and the validators differ at most on leading zeros.
# Seen: "0+1" (the next item of the array) and "1-2/name" are refused by jsonschema 4.26.0, jsonschema-rs 0.60.3,
#   ajv 8.20.0 with ajv-formats 3.0.1, @cfworker/json-schema 4.1.6 and @exodus/schemasafe 1.3.0; only
#   @hyperjump/json-schema 1.18.0 takes them. All six take "0#" and refuse "01". They hold to the grammar of draft-07.
# Why it matters: a format that is asserted refuses valid data, and the same data passes elsewhere.
# Source: JSON Schema 2020-12, validation 7.3.7, which names draft-bhutton-relative-json-pointer-00; its section 3 has
#   the rule index-manipulation.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install -qq --disable-pip-version-check 'jsonschema[format-nongpl]==4.26.0' jsonschema-rs==0.60.3
npm install --prefix "$work" --silent --no-audit --no-fund ajv@8.20.0 ajv-formats@3.0.1 @cfworker/json-schema@4.1.6 \
  @exodus/schemasafe@1.3.0 @hyperjump/json-schema@1.18.0 @hyperjump/json-schema-formats@1.0.7
cat > "$work/ask.mjs" <<'JS'
import { Validator } from "@cfworker/json-schema";
import { validator } from "@exodus/schemasafe";
import { registerSchema, setShouldValidateFormat, validate } from "@hyperjump/json-schema/draft-2020-12";
import "@hyperjump/json-schema/formats";
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
const schema = { $schema: "https://json-schema.org/draft/2020-12/schema", format: "relative-json-pointer" };
const ajv = addFormats(new Ajv2020());
const safe = validator(schema, { formatAssertion: true, mode: "lax" });
setShouldValidateFormat(true);
registerSchema({ ...schema }, "https://example.org/pointer");
for (const text of ["0#", "01", "0+1", "1-2/name"])
  console.log(text, ajv.validate(schema, text), new Validator(schema, "2020-12").validate(text).valid, safe(text),
    (await validate("https://example.org/pointer", text)).valid);
JS
node "$work/ask.mjs" > "$work/npm.txt"
"$work/venv/bin/python" - > "$work/python.txt" <<'PY'
import jsonschema_rs
from jsonschema import Draft202012Validator

schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "format": "relative-json-pointer"}
rs = jsonschema_rs.validator_for(schema, validate_formats=True)
for text in ("0#", "01", "0+1", "1-2/name"):
    print(Draft202012Validator.FORMAT_CHECKER.conforms(text, "relative-json-pointer"), rs.is_valid(text))
PY
paste -d' ' "$work/npm.txt" "$work/python.txt" > "$work/seen.txt"
diff -u - "$work/seen.txt" <<'SEEN'
0# true true true true True True
01 false false false false False False
0+1 false false false true False False
1-2/name false false false true False False
SEEN
echo "as stated: ajv, cfworker, schemasafe, hyperjump, jsonschema, jsonschema-rs"
