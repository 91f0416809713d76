// node probe.mjs boot|start VENDOR_DIR SCRIPT.py: starts what the extension ships, with or without the files of packages.zip
// (pyodide_node.mjs), runs SCRIPT in it, prints its answer as one line of JSON.
import { readFileSync } from "node:fs";
import * as python from "../../py/clear_build/pyodide_node.mjs";

const [how, vendor, script] = process.argv.slice(2);
try {
  console.log(await (await python[how](vendor)).runPythonAsync(readFileSync(script, "utf8")));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
