#!/usr/bin/env bash
# openapi-typescript joins `properties` and `anyOf` by "or", while it joins `properties` and `oneOf` by "and".
#
# Guess: keywords of one schema object all hold, so the type is an intersection: {k} & ({a} | {b}).
# Seen, openapi-typescript 7.13.0: with oneOf it is that; with anyOf the type is {k} | {a} | {b}, so that TypeScript 5.9.3
#   takes an object without the required `k`. The usual "e-mail or phone", properties with
#   anyOf: [{required: [email]}, {required: [phone]}], becomes `{...} | unknown | unknown`, which is `unknown`: the number
#   5 type-checks as a contact. And an object that is only said to require `x` is Record<string, never>, which can't
#   have an `x`.
# Why it matters: the clients' types are the only check there is at the sender's; the server refuses what they let through.
# Source: JSON Schema 2020-12, core 10.2.1.2 (anyOf) and 7.7 (each keyword asserts on its own); OpenAPI 3.1, 4.8.24.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --prefix "$work" --silent --no-audit --no-fund openapi-typescript@7.13.0 typescript@5.9.3
cat > "$work/ask.mjs" <<'JS'
import { writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";
const branches = [{ properties: { a: { type: "integer" } }, required: ["a"] }, { properties: { b: { type: "integer" } }, required: ["b"] }];
const keyed = { type: "object", properties: { k: { type: "string" } }, required: ["k"] };
const schemas = {
  Any: { ...keyed, anyOf: branches },
  One: { ...keyed, oneOf: branches },
  Contact: { type: "object", properties: { email: { type: "string" } }, anyOf: [{ required: ["email"] }, { required: ["phone"] }] },
  Required: { type: "object", required: ["x"] },
};
const made = astToString(await openapiTS({ openapi: "3.1.0", info: { title: "t", version: "1" }, paths: {}, components: { schemas } }));
writeFileSync("made.ts", made + `
type S = components["schemas"];
export const any: S["Any"] = { a: 1 };
export const one: S["One"] = { a: 1 };
export const contact: S["Contact"] = 5;
export const required: S["Required"] = { x: 1 };
`);
console.log(made.match(/schemas: {([^]*?)\n    };/)[1].replace(/\s+/g, " ").trim());
JS
cd "$work"
node ask.mjs > seen.txt
(node_modules/.bin/tsc --noEmit --strict made.ts || true) | grep -o "error TS[0-9]*: .*" >> seen.txt
diff -u - "$work/seen.txt" <<'SEEN'
Any: { k: string; } | { a: number; } | { b: number; }; One: { k: string; } & ({ a: number; } | { b: number; }); Contact: { email?: string; } | unknown | unknown; Required: Record<string, never>;
error TS2322: Type '{ a: number; }' is not assignable to type '{ k: string; } & ({ a: number; } | { b: number; })'.
error TS2322: Type 'number' is not assignable to type 'never'.
SEEN
echo "as stated"
