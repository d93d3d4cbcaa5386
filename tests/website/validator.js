// The validator of the browser: every dialect, every format, and problems that a reader understands.
import { registerSchema, setShouldValidateFormat, validate } from "@hyperjump/json-schema/draft-2020-12";
import "@hyperjump/json-schema/draft-2019-09";
import "@hyperjump/json-schema/draft-07";
import "@hyperjump/json-schema/draft-06";
import "@hyperjump/json-schema/draft-04";
import "@hyperjump/json-schema/formats";

const LONGEST = 80;

// What the keywords say, where their values alone would not.
const WORDS = {
  type: (value) => `must be ${[value].flat().join(" or ")}`,
  enum: (value) => `must be one of ${value.map(shown).join(", ")}`,
  const: (value) => `must be ${shown(value)}`,
  minimum: (value) => `must be at least ${value}`,
  maximum: (value) => `must be at most ${value}`,
  exclusiveMinimum: (value) => `must be more than ${value}`,
  exclusiveMaximum: (value) => `must be less than ${value}`,
  multipleOf: (value) => `must be a multiple of ${value}`,
  minLength: (value) => `must have at least ${counted(value, "character")}`,
  maxLength: (value) => `must have at most ${counted(value, "character")}`,
  minItems: (value) => `must have at least ${counted(value, "item")}`,
  maxItems: (value) => `must have at most ${counted(value, "item")}`,
  minProperties: (value) => `must have at least ${counted(value, "property", "properties")}`,
  maxProperties: (value) => `must have at most ${counted(value, "property", "properties")}`,
  uniqueItems: () => "must have no two equal items",
  pattern: (value) => `must match ${value}`,
  format: (value) => `must be of the format ${value}`,
  required: (value, instance) => `lacks ${value.filter((name) => !Object.hasOwn(instance, name)).map(shown).join(", ")}`,
  dependentRequired: (value, instance) => {
    const needs = Object.keys(value).filter((name) => Object.hasOwn(instance, name)).flatMap((name) => value[name]);
    return `lacks ${[...new Set(needs)].filter((name) => !Object.hasOwn(instance, name)).map(shown).join(", ")}`;
  },
  contains: () => "has the wrong number of items of the wanted kind",
  not: () => "must not be this",
  oneOf: () => "must be exactly one of its kinds",
  anyOf: () => "must be one of its kinds",
};
const WORDS_OF_FALSE = {
  additionalProperties: "is a property that is not allowed",
  unevaluatedProperties: "is a property that is not allowed",
  items: "is an item too many",
  additionalItems: "is an item too many",
  unevaluatedItems: "is an item too many",
};

function shown(value) {
  const text = JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}\u2026` : text;
}

function counted(number, one, many = `${one}s`) {
  return `${number} ${number === 1 ? one : many}`;
}

const tokens = (pointer) => pointer.split("/").slice(1).map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));

function at(value, pointer) {
  return tokens(pointer).reduce((here, token) => here?.[token], value);
}

// The innermost reasons: of a keyword that failed for what stands below it, only that is told.
function* leaves(errors) {
  for (const error of errors ?? []) {
    if (error.errors?.length) yield* leaves(error.errors);
    else yield error;
  }
}

// A name of a property may hold a "%" that begins no character.
function decoded(fragment) {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

function keywordOf(location, documents) {
  const [uri, pointer = ""] = location.split("#");
  const way = decoded(pointer);
  const name = tokens(way).at(-1) ?? "";
  const document = documents.get(uri);
  return { name, value: document === undefined ? undefined : at(document, way) };
}

function message({ name, value }, instance) {
  if (value === false) return WORDS_OF_FALSE[name] ?? "is not allowed";
  try {
    return WORDS[name]?.(value, instance) ?? `must meet ${name}${value === undefined ? "" : `: ${shown(value)}`}`;
  } catch {
    return `must meet ${name}`; // a keyword whose value could not be found
  }
}

// Every resource within a document, by its URI, for the words.
function resources(schema, base, found) {
  if (typeof schema !== "object" || schema === null) return;
  const id = schema.$id ?? schema.id;
  const uri = typeof id === "string" && URL.canParse(id, base) ? new URL(id, base).href.replace(/#$/, "") : base;
  if (uri !== base && !found.has(uri)) found.set(uri, schema);
  for (const below of Object.values(schema)) resources(below, uri, found);
}

// Returns what tells the problems of an instance: [{ pointer, message }], none for a valid one.
async function checker(told) {
  setShouldValidateFormat(told.formats);
  const documents = new Map();
  for (const { uri, dialect, schema } of told.schemas) {
    registerSchema(schema, uri, dialect);
    documents.set(uri, schema);
    resources(schema, uri, documents);
  }
  const check = await validate(told.root);
  return (value) => {
    const output = check(value, "DETAILED");
    if (output.valid) return [];
    const problems = [...leaves(output.errors)].map((error) => {
      const pointer = decoded(error.instanceLocation.replace(/^[^#]*#/, ""));
      return { pointer, message: message(keywordOf(error.absoluteKeywordLocation, documents), at(value, pointer)) };
    });
    const distinct = new Map(problems.map((problem) => [`${problem.pointer}\n${problem.message}`, problem]));
    return distinct.size ? [...distinct.values()] : [{ pointer: "", message: "is not valid" }];
  };
}

globalThis.triptych = { ...globalThis.triptych, checker };
