import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LogFields, type Logger, Millrace, type MillraceOptions } from "../../src/index.ts";
import { sqlite } from "../../src/drivers/sqlite/index.ts";
import type { SqliteStore } from "../../src/drivers/sqlite/sqlite-store.ts";
import { systemClock } from "../../src/internal/system-clock.ts";

const silent = (): void => {};
export const quiet: Logger = { debug: silent, info: silent, warn: silent, error: silent };

/** A logger that keeps what it is told of errors. */
export function errorsOf(): { readonly logger: Logger; readonly errors: { message: string; fields?: LogFields }[] } {
  const errors: { message: string; fields?: LogFields }[] = [];
  const error = (message: string, fields?: LogFields): void => {
    errors.push(fields === undefined ? { message } : { message, fields });
  };
  return { errors, logger: { ...quiet, error } };
}

/** A folder of its own that goes when it is disposed. */
export class Folder implements Disposable {
  readonly path: string = mkdtempSync(join(tmpdir(), "millrace-sqlite-"));

  file(name = "jobs.db"): string {
    return join(this.path, name);
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

export function appOn(file: string, options: MillraceOptions = {}): Millrace {
  return new Millrace({ store: `sqlite:${file}`, logger: quiet, ...options });
}

/** The store that an app on `file` would open. */
export function storeOn(file: string, namespace = "millrace"): SqliteStore {
  return sqlite.store!({
    location: file,
    parameters: {},
    namespace,
    durability: "full",
    logger: quiet,
    clock: systemClock,
  }) as SqliteStore;
}
