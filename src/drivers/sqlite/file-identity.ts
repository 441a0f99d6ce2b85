import { statSync } from "node:fs";
import { StoreFileError } from "../../errors/index.ts";

/** How often to look: a look costs a few microseconds. */
const EVERY_MS = 1_000;

/** Notices when the file of a store is moved or deleted while it is open: what is written then would be gone at the end. */
export class FileIdentity {
  readonly #path: string;
  readonly #opened: string | undefined;
  #lookedAt: number = performance.now();

  constructor(path: string) {
    this.#path = path;
    this.#opened = identityOf(path);
  }

  /** @throws StoreFileError when the path no longer leads to the file that was opened; looks once a second at most */
  refuseMoved(): void {
    const now = performance.now();
    if (this.#opened === undefined || now - this.#lookedAt < EVERY_MS) return;
    if (identityOf(this.#path) === this.#opened) {
      this.#lookedAt = now;
      return;
    }
    throw new StoreFileError(
      `${this.#path} was moved, replaced or deleted while it was open. Put it back, or start this process again with the file that is to be used`,
    );
  }
}

/** Device and number of the file at a path; `undefined` where there is none. */
function identityOf(path: string): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? undefined : `${stat.dev}:${stat.ino}`;
}
