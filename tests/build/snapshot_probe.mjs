// node snapshot_probe.mjs VENDOR_DIR: starts what the extension ships from its snapshot alone, runs snapshot_probe.py in it.
import { readFileSync } from "node:fs";
import { start } from "../../py/clear_build/pyodide_node.mjs";

try {
  const python = await start(process.argv[2]);
  console.log(python.runPython(readFileSync(new URL("snapshot_probe.py", import.meta.url), "utf8")));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
