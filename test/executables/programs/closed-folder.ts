/*
 * Makes a working directory, puts folders into it that may not be written to or read, removes it, and prints what is left: as
 * another user where it was started by root, who may do everything.
 */
import { chmodSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { WorkFolders } from "../../../src/executors/executable/work-folders.ts";

const [parent = "", nobody] = process.argv.slice(2);
if (process.getuid?.() === 0) process.setuid?.(Number(nobody));
const warnings: string[] = [];
const silent = (): void => undefined;
const warn = (message: string): void => void warnings.push(message);
const folders = new WorkFolders(parent, { debug: silent, info: silent, warn, error: silent });
const folder = folders.make(undefined);
const inner = join(folder, "a", "b");
mkdirSync(inner, { recursive: true });
writeFileSync(join(inner, "c"), "");
symlinkSync("/usr", join(inner, "d"));
chmodSync(inner, 0o500);
chmodSync(join(folder, "a"), 0);
folders.remove(folder);
await folders.close();
process.stdout.write(JSON.stringify([...readdirSync(parent), ...warnings]));
