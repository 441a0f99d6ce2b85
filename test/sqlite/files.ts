import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LogFields, type Logger, Millrace, type MillraceOptions } from "../../src/index.ts";

const silent = (): void => {};
const quiet: Logger = { debug: silent, info: silent, warn: silent, error: silent };

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
