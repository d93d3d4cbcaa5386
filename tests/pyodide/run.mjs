// Runs a program of the repository in Pyodide: `node run.mjs NODE_FOLDER ROOT CODE`; what it prints is printed.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [folder, root, code] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(createRequire(`${folder}/`).resolve("pyodide/pyodide.mjs")).href);
const python = await loadPyodide({ env: { PYTHONDONTWRITEBYTECODE: "1" } });
python.FS.mkdir("/repository");
python.FS.mount(python.FS.filesystems.NODEFS, { root }, "/repository");
python.runPython(code);
