#!/usr/bin/env bash
# For @hyperjump/json-schema 1.00000001 is a multiple of 1, and ten thousand million is none of 0.1.
#
# Guess: validators differ on multipleOf where binary fractions do (19.99 of 0.01), and agree about whole numbers.
# Seen, @hyperjump/json-schema 1.18.0: whatever is within about 1.2e-7 of a multiple is one, so that every small number is
#   a multiple of 1, of 5 and of 1e-7; and 1e10 is no multiple of 0.1, 7e25 none of 7. @cfworker/json-schema 4.1.6 is
#   right on all eight. ajv 8.20.0 takes 1e20 for a multiple of 3 and refuses 19.99 for 0.01 and 1e308 for 0.5.
# Why it matters: {"multipleOf": 1} is how an integer is asked for beside {"type": "number"}; two validators in one
#   pipeline then split on data that nobody would call borderline.
# Source: JSON Schema 2020-12, validation 6.2.1 (the division results in an integer).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --prefix "$work" --silent --no-audit --no-fund @hyperjump/json-schema@1.18.0 @cfworker/json-schema@4.1.6 ajv@8.20.0
cat > "$work/ask.mjs" <<'JS'
import { Validator } from "@cfworker/json-schema";
import { registerSchema, validate } from "@hyperjump/json-schema/draft-2020-12";
import Ajv2020 from "ajv/dist/2020.js";
const dialect = "https://json-schema.org/draft/2020-12/schema";
const asked = [[1, 1.00000001], [5, 1e-9], [1e-7, 3.5e-7], [0.1, 1e10], [0.01, 19.99], [3, 1e20], [0.5, 1e308], [7, 7e25]];
for (const [multipleOf, instance] of asked) {
  const uri = `https://example.org/${multipleOf}`;
  registerSchema({ multipleOf }, uri, dialect);
  const hyperjump = (await validate(uri, instance)).valid;
  const cfworker = new Validator({ multipleOf }, "2020-12").validate(instance).valid;
  console.log(multipleOf, instance, hyperjump, cfworker, new Ajv2020({ strict: false }).validate({ multipleOf }, instance));
}
JS
node "$work/ask.mjs" > "$work/seen.txt"
diff -u - "$work/seen.txt" <<'SEEN'
1 1.00000001 true false false
5 1e-9 true false false
1e-7 3.5e-7 true false false
0.1 10000000000 false true true
0.01 19.99 true true false
3 100000000000000000000 false false true
0.5 1e+308 true true false
7 7e+25 false true false
SEEN
echo "as stated: multipleOf, instance, hyperjump, cfworker, ajv"
