import { createHash } from "node:crypto";
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmdirSync,
} from "node:fs";
import { chmod, readdir, rm } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import type { Logger } from "../../contracts/index.ts";

const PREFIX = "millrace-work";

/** Makes a private working directory for each run, and removes it afterwards. */
export class WorkFolders {
  readonly #logger: Logger;
  /** The folder that they are made in. */
  readonly parent: string;
  #base: string | undefined;
  #made = 0;
  readonly #removals = new Set<Promise<void>>();

  constructor(parent: string | undefined, logger: Logger) {
    this.parent = parent ?? tmpdir();
    this.#logger = logger;
  }

  /** Removes those of processes that died. Not those of other users: they can be swapped for something else meanwhile. */
  async removeLeftovers(): Promise<void> {
    const pattern = new RegExp(`^${PREFIX}-${machine()}-(\\d+)-\\w+$`);
    const left = readdirSync(this.parent).filter((name) => {
      const pid = pattern.exec(name)?.[1];
      return pid !== undefined && !isAlive(Number(pid)) && isOwn(join(this.parent, name));
    });
    await Promise.all(left.map((name) => this.#removeAll(join(this.parent, name))));
  }

  make(user: { readonly uid: number; readonly gid: number } | undefined): string {
    this.#made += 1;
    const folder = this.#makeIn((this.#base ??= this.#makeBase()));
    if (user !== undefined) chownSync(folder, user.uid, user.gid);
    return folder;
  }

  /** Removes one, or begins to: what is in it, however much, holds up no job. */
  remove(folder: string): void {
    try {
      // Most are empty, and to have a thread of the pool do this costs more than to do it.
      rmdirSync(folder);
    } catch {
      const removal = this.#removeAll(folder).finally(() => this.#removals.delete(removal));
      this.#removals.add(removal);
    }
  }

  /** Resolves when all are removed. */
  async close(): Promise<void> {
    await Promise.all(this.#removals);
    if (this.#base !== undefined) await this.#removeAll(this.#base);
    this.#base = undefined;
  }

  #makeIn(base: string): string {
    const folder = join(base, String(this.#made));
    try {
      mkdirSync(folder, { mode: 0o700 });
      return folder;
    } catch (error) {
      if (!(error instanceof Error && Reflect.get(error, "code") === "ENOENT")) throw error;
    }
    // Systems clear away what has lain in a folder for temporary files for days.
    this.#base = this.#makeBase();
    const anew = join(this.#base, String(this.#made));
    mkdirSync(anew, { mode: 0o700 });
    return anew;
  }

  #makeBase(): string {
    const base = mkdtempSync(join(this.parent, `${PREFIX}-${machine()}-${process.pid}-`));
    // Programs of other users may pass through; what is in it, each has for itself.
    chmodSync(base, 0o711);
    return base;
  }

  async #removeAll(folder: string): Promise<void> {
    try {
      await rm(folder, { recursive: true, force: true }).catch(async () => {
        // Only root empties a folder that its owner may not write to.
        await openUp(folder);
        await rm(folder, { recursive: true, force: true });
      });
    } catch (error) {
      this.#logger.warn("a working directory could not be removed", { folder, error: String(error) });
    }
  }
}

/** Gives back the right to empty a folder, and those in it. */
async function openUp(folder: string): Promise<void> {
  await chmod(folder, 0o700);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await openUp(join(folder, entry.name));
  }
}

/** Where process ids mean the same: this start of this machine, in this container. */
function machine(): string {
  return createHash("sha256").update([hostname(), bootId(), namespace()].join()).digest("hex").slice(0, 8);
}

function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "latin1");
  } catch {
    return "";
  }
}

function namespace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "";
  }
}

function isOwn(folder: string): boolean {
  const stats = lstatSync(folder, { throwIfNoEntry: false });
  return stats !== undefined && stats.isDirectory() && stats.uid === (process.geteuid?.() ?? stats.uid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && Reflect.get(error, "code") !== "ESRCH";
  }
}
