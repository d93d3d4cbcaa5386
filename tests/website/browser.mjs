// A look at built sites in a real browser: `node browser.mjs PLAN`, where PLAN is the path of a JSON file with
// { chromium, screenshots, sites: [{ name, folder, search: { query, page }, verdicts: [{ page, text, valid }] }] }.
// Prints a line for each fault; the exit code is 1 if there is one.
import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import path from "node:path";
import { chromium } from "playwright-core";

const plan = JSON.parse(readFileSync(process.argv[2], "utf8"));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SIZES = { phone: { width: 360, height: 740 }, desk: { width: 1400, height: 900 } };
const TALLEST = 9000; // what a reader of screenshots bears
const TYPES = { ".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".json": "application/json", ".svg": "image/svg+xml" };

const faults = [];
const fault = (where, what) => {
  faults.push(`${where}: ${what}`);
  console.error(faults.at(-1));
};

function serve(folder) {
  const server = createServer((request, response) => {
    const file = path.join(folder, path.normalize(decodeURIComponent(new URL(request.url, "http://site").pathname)));
    const found = existsSync(file) && statSync(file).isDirectory() ? path.join(file, "index.html") : file;
    if (!existsSync(found)) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": TYPES[path.extname(found)] ?? "text/plain" });
    createReadStream(found).pipe(response);
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

async function pagesOf(folder) {
  const files = await readdir(folder, { recursive: true });
  return files.filter((file) => file.endsWith(".html") && file !== "404.html").sort();
}

// What a page does that nobody should see: errors, and requests that leave the site.
function listen(page, origin, where) {
  page.on("console", (message) => message.type() === "error" && fault(where(), `console: ${message.text()}`));
  page.on("pageerror", (error) => fault(where(), `error: ${error.message}`));
  page.on("request", (request) => {
    const asked = request.url();
    if (!asked.startsWith(origin) && !/^(?:data|blob|about):/.test(asked)) fault(where(), `request: ${asked}`);
  });
}

async function look(page, name, where) {
  const violations = await page.evaluate(async () => {
    const found = await globalThis.axe.run(document, { resultTypes: ["violations"] });
    return found.violations.map(({ id, nodes }) => `${id} at ${nodes.map((node) => node.target.join(" ")).slice(0, 4).join(", ")}`);
  });
  for (const violation of violations) fault(where, `axe: ${violation}`);
  const wider = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.scrollingElement;
    if (scrollWidth <= clientWidth) return "";
    const wide = [...document.querySelectorAll("article *")].filter((one) => one.getBoundingClientRect().right > clientWidth + 1);
    return `${scrollWidth} of ${clientWidth}, for example ${wide.slice(0, 2).map((one) => one.outerHTML.slice(0, 90)).join(" ")}`;
  });
  if (wider) fault(where, `overflows: ${wider}`);
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  const clip = { x: 0, y: 0, width: page.viewportSize().width, height: Math.min(height, TALLEST) };
  await page.screenshot({ path: path.join(plan.screenshots, `${name}.png`), fullPage: true, clip });
}

async function lookAtAll(browser, site, origin) {
  for (const scheme of ["light", "dark"]) {
    const context = await browser.newContext({ colorScheme: scheme, viewport: SIZES.desk, reducedMotion: "reduce" });
    const page = await context.newPage();
    let where = "";
    listen(page, origin, () => where);
    for (const file of await pagesOf(site.folder)) {
      where = `${site.name}/${file} ${scheme}`;
      await page.setViewportSize(SIZES.desk);
      await page.goto(`${origin}/${file}`, { waitUntil: "load" });
      await page.evaluate(axe);
      await waitForBox(page, where);
      for (const [size, viewport] of Object.entries(SIZES)) {
        await page.setViewportSize(viewport);
        await settled(page);
        await look(page, `${site.name}-${file.replaceAll("/", "-").replace(".html", "")}-${scheme}-${size}`, `${where} ${size}`);
      }
    }
    await context.close();
  }
}

// The theme lets the keyboard reach a code block that has become too narrow for its lines, a moment later.
async function settled(page) {
  const reached = () => [...document.querySelectorAll("pre > code")].every((code) => code.scrollWidth <= code.clientWidth || code.tabIndex === 0);
  await page.waitForFunction(reached, undefined, { timeout: 3000 }).catch(() => {}); // then axe tells what is left
}

async function waitForBox(page, where) {
  const area = page.locator(".try textarea");
  if (!(await area.count())) return;
  await area.scrollIntoViewIfNeeded();
  const verdict = page.locator('.try:is([data-verdict="valid"], [data-verdict="invalid"])');
  await verdict.waitFor({ timeout: 10_000 }).catch(() => fault(where, "the box comes to no verdict"));
  await page.evaluate(() => scrollTo(0, 0));
}

// Addresses that anybody can write: a "%" that begins no character is nobody's error.
async function strange(browser, site, origin) {
  const page = await browser.newPage();
  listen(page, origin, () => `${site.name} strange address`);
  for (const file of await pagesOf(site.folder)) {
    for (const end of ["#%", "#50%", "#%E0%A4", "?q=%", "?q=%E0%A4#%"]) await page.goto(`${origin}/${file}${end}`);
    await page.evaluate(() => (location.hash = "%zz"));
  }
  await page.close();
}

// A policy stands in every page and holds: what a schema's text would have to smuggle in does not run.
async function policy(browser, site, origin) {
  const page = await browser.newPage();
  for (const file of await pagesOf(site.folder)) {
    await page.goto(`${origin}/${file}`);
    const ran = await page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "globalThis.smuggled = true";
      document.body.append(script);
      return [globalThis.smuggled, document.querySelectorAll('head meta[http-equiv="Content-Security-Policy"]').length];
    });
    if (ran[0] || ran[1] !== 1) fault(`${site.name}/${file}`, `no policy keeps a script out: ${ran}`);
  }
  await page.close();
}

async function search(browser, site, origin) {
  const page = await browser.newPage({ viewport: SIZES.desk });
  listen(page, origin, () => `${site.name} search`);
  await page.goto(`${origin}/index.html`);
  await page.keyboard.press("/");
  await page.keyboard.type(site.search.query, { delay: 30 });
  const hit = page.locator(`a[href*="${site.search.page}"]:visible`).filter({ hasText: new RegExp(site.search.query, "i") });
  await hit.first().waitFor({ timeout: 5000 }).catch(() => fault(site.name, `the search does not find ${site.search.query}`));
  await page.screenshot({ path: path.join(plan.screenshots, `${site.name}-search.png`) });
  await page.close();
}

// The verdicts of the validator in the page against those of the models.
async function verdicts(browser, site, origin) {
  const page = await browser.newPage();
  listen(page, origin, () => `${site.name} box`);
  for (const [file, cases] of grouped(site.verdicts)) {
    await page.goto(`${origin}/${file}`);
    const area = page.locator(".try textarea");
    await area.scrollIntoViewIfNeeded();
    await page.locator(".try[data-verdict]").waitFor();
    const found = await page.evaluate((texts) => texts.map((text) => triptych.check(JSON.parse(text)).map(({ message }) => message)), cases.map(({ text }) => text));
    cases.forEach(({ text, valid }, at) => {
      if (valid !== !found[at].length) fault(`${site.name}/${file}`, `the box finds [${found[at]}], the models ${valid ? "nothing" : "fault"}: ${text}`);
    });
    const shown = [...cases.filter(({ valid }) => valid).slice(0, 2), ...cases.filter(({ valid }) => !valid).slice(0, 3)];
    for (const one of [{ text: '{"a": [1,}', valid: false }, ...shown]) await type(page, `${site.name}/${file}`, one);
  }
  await page.close();
}

// What a reader sees of one verdict.
async function type(page, where, { text, valid }) {
  await page.evaluate(() => delete document.querySelector(".try").dataset.verdict);
  await page.locator(".try textarea").fill(text);
  const box = page.locator(".try[data-verdict]");
  await box.waitFor();
  const verdict = await box.getAttribute("data-verdict");
  const [marks, told] = [await box.locator("mark").count(), await box.locator(".try-found").innerText()];
  if (verdict !== (valid ? "valid" : "invalid")) fault(where, `the box shows ${verdict}: ${text}`);
  if (!valid && (!marks || !/problem/.test(told))) fault(where, `nothing is marked or told in ${text}`);
  if (!valid) await box.screenshot({ path: path.join(plan.screenshots, `${where.replaceAll("/", "-").replace(".html", "")}-box.png`) });
}

function grouped(cases) {
  const found = new Map();
  for (const one of cases) found.set(one.page, [...(found.get(one.page) ?? []), one]);
  return found;
}

await mkdir(plan.screenshots, { recursive: true });
const browser = await chromium.launch({ executablePath: plan.chromium, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
try {
  for (const site of plan.sites) {
    const server = await serve(site.folder);
    const origin = `http://127.0.0.1:${server.address().port}`;
    await lookAtAll(browser, site, origin);
    await search(browser, site, origin);
    await strange(browser, site, origin);
    await policy(browser, site, origin);
    await verdicts(browser, site, origin);
    server.close();
  }
} finally {
  await browser.close();
}
console.log(faults.length ? `${faults.length} faults` : "no faults");
process.exitCode = faults.length ? 1 : 0;
