import { createWriteStream, openSync, type WriteStream } from "node:fs";
import { once } from "node:events";
import { ConfigurationError } from "../errors/index.ts";
import type { AuditEntry } from "../index.ts";

/** Above this, requests wait for the file. */
const WAITING_BYTES = 4 * 1_024 * 1_024;

/** A file of audit entries, one JSON line each. Only its owner may read it. */
export class AuditFile {
  readonly #stream: WriteStream;

  /** @throws ConfigurationError when it cannot be appended to */
  constructor(path: string) {
    let fd: number;
    try {
      fd = openSync(path, "a", 0o600);
    } catch (error) {
      throw new ConfigurationError(`--audit-log ${path} cannot be written to`, { cause: error });
    }
    this.#stream = createWriteStream(path, { fd });
  }

  async write(entry: AuditEntry): Promise<void> {
    this.#stream.write(`${JSON.stringify(entry)}\n`);
    if (this.#stream.writableLength > WAITING_BYTES) await once(this.#stream, "drain");
  }

  async close(): Promise<void> {
    this.#stream.end();
    await once(this.#stream, "close");
  }
}
