#!/usr/bin/env bash
# z.fromJSONSchema raises on what it can't carry over, and yet leaves out much of the rest without a word.
#
# Guess: since it raises on `not`, `if` and `unevaluatedProperties`, whatever it does not raise on is carried over.
# Seen, zod 4.6.7: a name in `required` that is not among `properties` is dropped, and one with a `default` as well; every
#   keyword beside a missing `type`, beside `enum` and beside `$ref` is dropped, an `allOf` branch such as
#   {"minLength": 3} with it; and a `const` or `enum` that holds an object or array matches nothing at all, not even
#   itself. ajv 8.20.0 says what JSON Schema says.
# Why it matters: schemas are mostly written in just these ways (`required` in a branch of its own, a constraint beside
#   `$ref`), and the validator that comes out takes what the schema refuses.
# Source: JSON Schema 2020-12, validation 6.1.2 (enum), 6.1.3 (const), 6.5.3 (required); core 10.2.1.1 (allOf), 8.2.3.1 ($ref).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --prefix "$work" --silent --no-audit --no-fund zod@4.6.7 ajv@8.20.0
cat > "$work/ask.mjs" <<'JS'
import Ajv2020 from "ajv/dist/2020.js";
import { z } from "zod";
const asked = [
  [{ not: { type: "string" } }, "a"],
  [{ type: "object", required: ["a"] }, {}],
  [{ type: "object", properties: { a: { default: 1 } }, required: ["a"] }, {}],
  [{ type: "object", properties: { a: {} }, required: ["a"] }, {}],
  [{ minimum: 5 }, 1],
  [{ type: "string", allOf: [{ minLength: 3 }] }, "ab"],
  [{ $ref: "#/$defs/a", minLength: 3, $defs: { a: { type: "string" } } }, "ab"],
  [{ type: "string", enum: ["a"], minLength: 3 }, "a"],
  [{ anyOf: [{ type: "string" }, { type: "number" }], minimum: 5 }, 1],
  [{ const: { a: 1 } }, { a: 1 }],
  [{ enum: [[1, 2], [3]] }, [3]],
];
const tell = (decide) => { try { return decide(); } catch { return "raises"; } };
for (const [schema, instance] of asked) {
  const ajv = tell(() => new Ajv2020({ strict: false }).validate(schema, instance));
  const zod = tell(() => z.fromJSONSchema(schema).safeParse(instance).success);
  console.log(JSON.stringify(schema), JSON.stringify(instance), ajv, zod);
}
JS
node "$work/ask.mjs" > "$work/seen.txt"
diff -u - "$work/seen.txt" <<'SEEN'
{"not":{"type":"string"}} "a" false raises
{"type":"object","required":["a"]} {} false true
{"type":"object","properties":{"a":{"default":1}},"required":["a"]} {} false true
{"type":"object","properties":{"a":{}},"required":["a"]} {} false false
{"minimum":5} 1 false true
{"type":"string","allOf":[{"minLength":3}]} "ab" false true
{"$ref":"#/$defs/a","minLength":3,"$defs":{"a":{"type":"string"}}} "ab" false true
{"type":"string","enum":["a"],"minLength":3} "a" false true
{"anyOf":[{"type":"string"},{"type":"number"}],"minimum":5} 1 false true
{"const":{"a":1}} {"a":1} true false
{"enum":[[1,2],[3]]} [3] true false
SEEN
echo "as stated: ajv, zod"
