import { accessSync, constants } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

const USUAL = ["/usr/bin", "/bin", "/usr/sbin", "/sbin"];

/** Those that were found, by name and PATH: to look for one takes a third of a millisecond, and each start of a program needs it. */
const found = new Map<string, string>();

/** The absolute path of a program of the system; `undefined` where there is none. */
export function systemProgram(name: string): string | undefined {
  const path = process.env["PATH"] ?? "";
  const key = `${name}${delimiter}${path}`;
  const known = found.get(key);
  if (known !== undefined) return known;
  const folders = [...path.split(delimiter).filter(isAbsolute), ...USUAL];
  const program = folders.map((folder) => join(folder, name)).find(isExecutable);
  if (program !== undefined) found.set(key, program);
  return program;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
