// What stands for `fetch` in the bundle: a schema that is not there is not asked for elsewhere.
export function offline() {
  throw new Error("a schema that it refers to is not part of this site");
}
