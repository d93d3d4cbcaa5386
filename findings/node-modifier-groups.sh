#!/usr/bin/env bash
# Node 26 gets groups with the modifier `i` wrong in two ways; Bun and QuickJS do neither.
#
# Guess: an empty group `(?i:)` changes nothing outside itself, and `(?i:true|[yn])` matches "Y".
# Seen, node 26.10.0 (V8): with the flag `v`, a class AFTER an empty `(?i:)` ignores case, and with `iv` or `iu` a class
#   after `(?-i:)` no longer does. Without flags, a class in a later alternative of the group heeds case: `(?i:true|[yn])`
#   refuses "Y", while `(?i:[yn]|true)` and `(?i:true|y|n)` match it. bun 1.4.4 (JavaScriptCore) and quickjs-emscripten
#   0.32.0 agree with the standard everywhere. (An older V8 that has no modifiers refuses them all.)
# Why it matters: the `pattern` attribute of HTML is compiled with `v`, and the same pattern checks the same document
#   otherwise on a server that runs Bun, or in Python. JSON Schema's own patterns, with `u`, meet only the `\w` of line 6.
# Source: ECMA-262 (2025), 22.2.2.7.3 Canonicalize and "UpdateModifiers": modifiers hold for the Disjunction of the group.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --prefix "$work" --silent --no-audit --no-fund node@26.10.0 bun@1.4.4 quickjs-emscripten@0.32.0
cat > "$work/ask.js" <<'JS'
const ask = () => [
  ["(?i:)[b]", "v", "B"], ["[b](?i:)", "v", "B"], ["(?i:)b", "v", "B"], ["(?-i:)[b]", "iv", "B"], ["^(?i:id):[a-z]+$", "v", "id:ABC"],
  ["(?i:)\\w", "u", "\u017f"], ["^(?i:true|[yn])$", "", "Y"], ["^(?i:[yn]|true)$", "", "Y"], ["^(?i:true|y|n)$", "", "Y"],
  ["^\\d+(?i:px|[ce]m)$", "", "1CM"],
].map(([pattern, flags, text]) => `/${pattern}/${flags} ${JSON.stringify(text)} ${new RegExp(pattern, flags).test(text)}`);
if (typeof process !== "undefined") console.log(ask().join("\n"));
JS
cat > "$work/quickjs.mjs" <<'JS'
import { readFileSync } from "node:fs";
import { getQuickJS } from "quickjs-emscripten";
const asked = (await getQuickJS()).evalCode(readFileSync(process.argv[2], "utf8") + ";ask().join('\\n')");
console.log(asked);
JS
cd "$work"
answers() { sed 's/.* //' "$1"; }
node_modules/.bin/node ask.js > node.txt
node_modules/.bin/bun ask.js > bun.txt
node_modules/.bin/node quickjs.mjs ask.js > quickjs.txt
paste -d' ' node.txt <(answers bun.txt) <(answers quickjs.txt) > seen.txt
diff -u - seen.txt <<'SEEN'
/(?i:)[b]/v "B" true false false
/[b](?i:)/v "B" false false false
/(?i:)b/v "B" false false false
/(?-i:)[b]/iv "B" false true true
/^(?i:id):[a-z]+$/v "id:ABC" true false false
/(?i:)\w/u "ſ" true false false
/^(?i:true|[yn])$/ "Y" false true true
/^(?i:[yn]|true)$/ "Y" true true true
/^(?i:true|y|n)$/ "Y" true true true
/^\d+(?i:px|[ce]m)$/ "1CM" false true true
SEEN
echo "as stated: node, bun, quickjs"
