import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { TasksFileError } from "../errors/index.ts";
import type { AnyTask } from "../index.ts";
import { nearest } from "../internal/nearest.ts";
import { exportedTasks } from "./exported-tasks.ts";

/** A module that has not loaded by then waits for something that does not come. */
const LOAD_LIMIT_MS = 30_000;

const ADVICE: ReadonlyMap<unknown, string> = new Map([
  [
    "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX",
    "Node runs TypeScript by leaving the types out, so enums, namespaces and parameter properties have to be compiled first",
  ],
  ["ERR_UNKNOWN_FILE_EXTENSION", "Give a module that Node can run: .ts, .mts, .js or .mjs"],
  ["ERR_MODULE_NOT_FOUND", "Install what it imports, and write relative imports with their ending"],
]);

/**
 * Loads a module and gives the tasks it exports.
 *
 * @throws TasksFileError when it cannot be loaded in time or exports no task; DuplicateTaskError
 */
export async function tasksOf(file: string, limitMs: number = LOAD_LIMIT_MS): Promise<readonly AnyTask[]> {
  const path = resolve(file);
  refuseMissing(file, path);
  let module: Readonly<Record<string, unknown>>;
  try {
    module = await withinLimit(import(pathToFileURL(path).href), file, limitMs);
  } catch (error) {
    if (error instanceof TasksFileError) throw error;
    throw new TasksFileError(`${file} cannot be loaded: ${reasonOf(error, path)}`, { cause: error, details: { file } });
  }
  const tasks = exportedTasks(module, file);
  if (tasks.length === 0) {
    const names = Object.keys(module).filter((name) => name !== "module.exports");
    const has = names.length === 0 ? "it exports nothing" : `it exports ${names.slice(0, 10).join(", ")}`;
    const name = names.find((export_) => export_ !== "default") ?? "add";
    throw new TasksFileError(
      `${file} exports no task: ${has}. Export what task() made: export const ${name} = task("${name}", …)`,
      { details: { file } },
    );
  }
  return tasks;
}

function refuseMissing(file: string, path: string): void {
  if (!existsSync(path)) {
    const folder = dirname(path);
    const near = existsSync(folder) ? nearest(basename(path), readdirSync(folder)) : undefined;
    const advice = near === undefined ? "Give the path of a module that exports tasks" : `Did you mean ${near}?`;
    throw new TasksFileError(`there is no file ${file} (${path}). ${advice}`, { details: { file } });
  }
  if (statSync(path).isDirectory()) {
    throw new TasksFileError(`${file} is a folder. Give the path of a module that exports tasks`, {
      details: { file },
    });
  }
}

function reasonOf(error: unknown, path: string): string {
  if (!(error instanceof Error)) return `it threw ${String(error)}`;
  const advice = ADVICE.get(Reflect.get(error, "code"));
  const message = error.message.split("\n").find((line) => line.trim() !== "") ?? error.name;
  const place = placeIn(error.stack ?? "", path);
  return `${message}${place === undefined ? "" : ` (${place})`}${advice === undefined ? "" : `. ${advice}`}`;
}

/** Where it went wrong: in the tasks file if the stack names it, else the first place outside of packages. */
function placeIn(stack: string, path: string): string | undefined {
  const places = [...stack.matchAll(/(file:\/\/[^\s()]+?):(\d+)/g)].map(([, url = "", line = ""]) => ({
    file: fileURLToPath(url),
    line,
  }));
  const own = places.find(({ file }) => file === path);
  if (own !== undefined) return `line ${own.line}`;
  const other = places.find(({ file }) => !file.includes("node_modules"));
  return other === undefined ? undefined : `${other.file}:${other.line}`;
}

async function withinLimit<T>(loading: Promise<T>, file: string, limitMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const why = `it did not finish loading within ${limitMs / 1_000} s: an await at its top level never ends`;
      reject(new TasksFileError(`${file} cannot be loaded: ${why}`, { details: { file } }));
    }, limitMs);
  });
  return Promise.race([loading, limit]).finally(() => clearTimeout(timer));
}
