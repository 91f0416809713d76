// node boot_probe.mjs VENDOR_DIR: boots what the extension ships, runs boot_probe.py in it, prints its answer as one line of JSON.
import { readFileSync } from "node:fs";
import { boot } from "../../py/clear_build/pyodide_node.mjs";

try {
  const python = await boot(process.argv[2]);
  console.log(python.runPython(readFileSync(new URL("boot_probe.py", import.meta.url), "utf8")));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
