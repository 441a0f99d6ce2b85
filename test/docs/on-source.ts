import { join, relative } from "node:path";
import { root } from "./documents.ts";

/** Blocks and examples import the package by its name, as users do; here that is its source, as seen from `folder`. */
export function onSource(code: string, folder: string): string {
  const entry = (path: string): string => {
    const target = relative(folder, join(root, "src", path));
    return JSON.stringify(target.replaceAll("\\", "/"));
  };
  return code
    .replaceAll('from "millrace/pool"', `from ${entry("pool/index.ts")}`)
    .replaceAll('from "millrace/testing"', `from ${entry("testing/index.ts")}`)
    .replaceAll('from "millrace"', `from ${entry("index.ts")}`);
}
