import { mkdirSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Makes a folder and those above it, where they are missing. Node's own `recursive` never returns where a folder answers
 * that what is made in it has no parent, as /proc does.
 *
 * @throws what the system answers
 */
export function makeFolder(path: string): void {
  const failure = tried(path);
  if (failure === undefined) return;
  if (failure.code !== "ENOENT" || dirname(path) === path) throw failure;
  makeFolder(dirname(path));
  const again = tried(path);
  if (again !== undefined) throw again;
}

/** @returns why it is not there */
function tried(path: string): NodeJS.ErrnoException | undefined {
  try {
    mkdirSync(path);
    return undefined;
  } catch (error) {
    const failure = error as NodeJS.ErrnoException;
    return failure.code === "EEXIST" ? undefined : failure;
  }
}
