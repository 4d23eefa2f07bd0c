// Runs the network in node: `node run.mjs wasm.wasm [IMAGES OUTPUTS]`. In a page, tests/page/page.py does the same.
import { readFileSync } from "node:fs";
import { check } from "./check.mjs";

console.log(await check(...process.argv.slice(2).map((path) => readFileSync(path))));
