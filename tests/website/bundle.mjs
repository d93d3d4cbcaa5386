// Bundles the scripts of the box into a folder: `node bundle.mjs FOLDER`.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const [folder] = process.argv.slice(2);
const browser = new URL("node_modules/@hyperjump/browser/lib/", import.meta.url);
// The package names these for bundlers, next to `exports`, where esbuild does not look for them.
const replaced = { "@hyperjump/browser": "index.browser.js", "./context-uri.js": "browser/context-uri.browser.js" };

const forBrowsers = {
  name: "for-browsers",
  setup(building) {
    building.onResolve({ filter: /^(?:@hyperjump\/browser|\.\/context-uri\.js)$/ }, ({ path }) => ({
      path: fileURLToPath(new URL(replaced[path], browser)),
    }));
  },
};

const { metafile } = await build({
  absWorkingDir: fileURLToPath(new URL(".", import.meta.url)),
  entryPoints: ["box.js", "validator.js"],
  outdir: folder,
  bundle: true,
  minify: true,
  format: "iife",
  target: ["es2022"],
  charset: "utf8",
  plugins: [forBrowsers],
  // The validator would fetch a schema that it does not have; nothing leaves the site.
  inject: ["offline.js"],
  define: { fetch: "offline" },
  logLevel: "warning",
  metafile: true,
});

// Which packages are in it, for their licences: the innermost folder below a `node_modules` on each file's way.
const packages = Object.keys(metafile.inputs).flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []);
writeFileSync(path.join(folder, "packages.json"), JSON.stringify([...new Set(packages)].sort()));
