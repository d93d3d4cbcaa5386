// JSON with the place of every value: JSON.parse tells neither where a value stands nor, everywhere, where it broke.

export class JSONError extends Error {
  constructor(message, offset) {
    super(message);
    this.offset = offset;
  }
}

const TOKEN = /[\t\n\r ]*(?:(?<mark>[[\]{}:,])|(?<scalar>"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null))/y;
const escaped = (token) => String(token).replaceAll("~", "~0").replaceAll("/", "~1");

// Returns { value, places }: the value, and for each JSON Pointer [start, end, start of the key].
export function parse(text) {
  const places = new Map();
  let offset = 0;

  function peek() {
    TOKEN.lastIndex = offset;
    const found = TOKEN.exec(text);
    if (found) return { ...found.groups, start: TOKEN.lastIndex - (found.groups.mark ?? found.groups.scalar).length, end: TOKEN.lastIndex };
    const start = offset + /^[\t\n\r ]*/.exec(text.slice(offset))[0].length;
    throw new JSONError(start === text.length ? "The text ends too early" : `${JSON.stringify(text[start])} is not expected here`, start);
  }

  function take(mark) {
    const token = peek();
    if (token.mark !== mark) throw new JSONError(`${JSON.stringify(mark)} is missing here`, token.start);
    offset = token.end;
    return token;
  }

  function members(pointer, close, member) {
    if (peek().mark !== close) {
      for (let index = 0; ; index++) {
        member(index);
        if (peek().mark !== ",") break;
        take(",");
      }
    }
    return take(close);
  }

  function element(pointer, key) {
    const token = peek();
    if (token.scalar !== undefined) {
      offset = token.end;
      places.set(pointer, [token.start, token.end, key ?? token.start]);
      return JSON.parse(token.scalar);
    }
    if (token.mark !== "[" && token.mark !== "{") throw new JSONError("A value is missing here", token.start);
    offset = token.end;
    const made = token.mark === "[" ? [] : {};
    const last = token.mark === "["
      ? members(pointer, "]", (index) => made.push(element(`${pointer}/${index}`)))
      : members(pointer, "}", () => {
          const name = peek();
          if (!name.scalar?.startsWith('"')) throw new JSONError("A property name in quotation marks is missing here", name.start);
          offset = name.end;
          take(":");
          const property = JSON.parse(name.scalar);
          const value = element(`${pointer}/${escaped(property)}`, name.start);
          Object.defineProperty(made, property, { value, enumerable: true, configurable: true, writable: true });
        });
    places.set(pointer, [token.start, last.end, key ?? token.start]);
    return made;
  }

  const value = element("");
  const rest = /^[\t\n\r ]*/.exec(text.slice(offset))[0].length;
  if (offset + rest < text.length) throw new JSONError("The value has ended before this", offset + rest);
  return { value, places };
}
