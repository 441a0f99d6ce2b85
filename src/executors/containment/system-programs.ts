import { accessSync, constants } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

const USUAL = ["/usr/bin", "/bin", "/usr/sbin", "/sbin"];

/** The absolute path of a program of the system; `undefined` where there is none. */
export function systemProgram(name: string): string | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter).filter(isAbsolute), ...USUAL];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
