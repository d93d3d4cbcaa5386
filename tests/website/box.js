// The box in which a reader tries an instance. It loads the validator and the schemas when it is first needed.
import { JSONError, parse } from "./positions.js";

const PAUSE = 250;
const home = new URL(".", document.currentScript.src);
const script = (url) =>
  new Promise((resolve, reject) => {
    const made = document.createElement("script");
    made.src = url;
    made.onload = resolve;
    made.onerror = () => reject(new Error("The schemas could not be loaded."));
    document.head.append(made);
  });

let loading;
function checker(schemas) {
  loading ??= (async () => {
    let told;
    globalThis.triptych = { ...globalThis.triptych, schemas: (given) => (told = given) };
    await Promise.all([script(new URL("validator.js", home)), script(schemas)]);
    globalThis.triptych.check = await globalThis.triptych.checker(told);
    return globalThis.triptych.check;
  })();
  return loading;
}

function made(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function place(text, offset) {
  const before = text.slice(0, offset).split("\n");
  return `line ${before.length}, column ${before.at(-1).length + 1}`;
}

function nearest(places, pointer) {
  for (let here = pointer; ; here = here.slice(0, here.lastIndexOf("/"))) {
    if (places.has(here) || !here) return places.get(here);
  }
}

async function problems(text, schemas) {
  const check = await checker(schemas);
  try {
    const { value, places } = parse(text);
    return check(value).map(({ pointer, message }) => {
      const [start, end, key] = nearest(places, pointer);
      // Of a whole object or array only its first character is marked.
      const isLong = /[[{]/.test(text[start]);
      return { label: pointer || "the instance", message, start: isLong ? key : start, end: isLong ? start + 1 : end };
    });
  } catch (error) {
    if (!(error instanceof JSONError)) throw error;
    const { offset, message } = error;
    return [{ label: place(text, offset), message: `This is no JSON. ${message}.`, start: offset, end: offset + 1 }];
  }
}

function paint(backdrop, text, marks) {
  const parts = [];
  let done = 0;
  for (const { start, end } of [...marks].sort((one, other) => one.start - other.start)) {
    if (start < done) continue;
    parts.push(text.slice(done, start), made("mark", {}, text.slice(start, end) || " "));
    done = end;
  }
  backdrop.replaceChildren(...parts, `${text.slice(done)}\n`);
}

function open(box, at) {
  const id = `try-${at}`;
  const schemas = new URL(box.dataset.schema, document.baseURI);
  const area = made("textarea", { id, spellcheck: "false", autocomplete: "off", "aria-describedby": `${id}-found` });
  const backdrop = made("pre", { class: "try-marks", "aria-hidden": "true" });
  const found = made("div", { class: "try-found", id: `${id}-found`, "aria-live": "polite" });
  area.value = box.dataset.example;
  box.replaceChildren(made("label", { for: id }, "Instance, in JSON"), made("div", { class: "try-text" }, backdrop, area), found);

  function line({ label, message, start, end }) {
    const button = made("button", { type: "button" }, made("code", {}, label));
    button.addEventListener("click", () => {
      area.focus();
      area.setSelectionRange(start, end);
    });
    return made("li", {}, button, ` ${message}`);
  }

  async function look() {
    const text = area.value;
    try {
      const list = await problems(text, schemas);
      if (text !== area.value) return;
      paint(backdrop, text, list);
      box.dataset.verdict = list.length ? "invalid" : "valid";
      const head = list.length ? `Not valid: ${list.length === 1 ? "1 problem" : `${list.length} problems`}` : "Valid";
      found.replaceChildren(made("p", {}, made("strong", {}, head)), made("ul", {}, ...list.map(line)));
      if (!list.length) found.lastChild.remove();
    } catch (error) {
      box.dataset.verdict = "unknown";
      found.replaceChildren(made("p", {}, `This could not be decided: ${error.message}`));
    }
  }

  let waiting;
  function fit() {
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight + 2}px`;
  }
  area.addEventListener("input", () => {
    fit();
    paint(backdrop, area.value, []);
    clearTimeout(waiting);
    waiting = setTimeout(look, PAUSE);
  });
  area.addEventListener("scroll", () => (backdrop.scrollTop = area.scrollTop));
  addEventListener("resize", fit);
  fit();
  paint(backdrop, area.value, []);
  new IntersectionObserver((entries, observer) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    fit();
    look();
  }).observe(area);
}

document.querySelectorAll(".try").forEach(open);
