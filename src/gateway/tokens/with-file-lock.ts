import { closeSync, openSync, rmSync } from "node:fs";
import { ConfigurationError } from "../../errors/index.ts";

/** How long to wait for whoever has the lock; a change takes milliseconds. */
const PATIENCE_MS = 5_000;
const PAUSE_MS = 10;

const sleeping = new Int32Array(new SharedArrayBuffer(4));

/**
 * Runs a change of a file while nobody else is at one: of two that both read it before either writes, the second would
 * undo the first. The lock is a file beside it; one that a killed command left is for a person to remove, because only they
 * can tell that nobody holds it.
 *
 * @throws ConfigurationError when somebody else keeps it, or its folder cannot be written to; what `change` throws
 */
export function withFileLock<T>(path: string, change: () => T, patienceMs: number = PATIENCE_MS): T {
  const lock = `${path}.lock`;
  const until = performance.now() + patienceMs;
  while (!taken(lock)) {
    if (performance.now() > until) {
      throw new ConfigurationError(
        `another command is changing ${path}. If none is, one was ended half-way: remove ${lock}`,
      );
    }
    Atomics.wait(sleeping, 0, 0, PAUSE_MS);
  }
  try {
    return change();
  } finally {
    rmSync(lock, { force: true });
  }
}

function taken(lock: string): boolean {
  try {
    closeSync(openSync(lock, "wx", 0o600));
    return true;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    throw new ConfigurationError(`${lock} cannot be made: ${message}`, { cause: error });
  }
}
