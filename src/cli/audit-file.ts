import { type FileHandle, open } from "node:fs/promises";
import { ConfigurationError } from "../errors/index.ts";
import type { AuditEntry, Logger } from "../index.ts";

/** Above this, requests wait for the file. */
const WAITING_CHARACTERS = 4 * 1_024 * 1_024;

/**
 * A file of audit entries, one JSON line each. Only its owner may read it. A disk that is full loses entries, which is logged, and
 * never a request.
 */
export class AuditFile implements AsyncDisposable {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #logger: Logger;
  #waiting = "";
  #writing: Promise<void> | undefined;
  /** Entries that could not be written since one could. */
  #lost = 0;

  private constructor(path: string, file: FileHandle, logger: Logger) {
    this.#path = path;
    this.#file = file;
    this.#logger = logger;
  }

  /** @throws ConfigurationError when it cannot be appended to */
  static async open(path: string, logger: Logger): Promise<AuditFile> {
    try {
      return new AuditFile(path, await open(path, "a", 0o600), logger);
    } catch (error) {
      throw new ConfigurationError(`--audit-log ${path} cannot be written to`, { cause: error });
    }
  }

  async write(entry: AuditEntry): Promise<void> {
    this.#waiting += `${JSON.stringify(entry)}\n`;
    this.#writing ??= this.#write();
    if (this.#waiting.length > WAITING_CHARACTERS) await this.#writing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writing;
    await this.#file.close();
  }

  /** Writes what waits, and what comes meanwhile. */
  async #write(): Promise<void> {
    while (this.#waiting !== "") {
      const lines = this.#waiting;
      this.#waiting = "";
      try {
        // What was written before a failure may have ended in the middle of a line.
        await this.#file.appendFile(this.#lost > 0 ? `\n${lines}` : lines);
        if (this.#lost > 0) this.#logger.warn(`${this.#path} can be written again; ${this.#lost} entries are lost`);
        this.#lost = 0;
      } catch (error) {
        if (this.#lost === 0) this.#logger.error(`--audit-log ${this.#path} cannot be written to`, { error });
        this.#lost += lines.split("\n").length - 1;
      }
    }
    this.#writing = undefined;
  }
}
