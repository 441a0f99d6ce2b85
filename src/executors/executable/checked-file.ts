import {
  type Stats,
  closeSync,
  constants,
  fstatSync,
  openSync,
  readSync,
  readlinkSync,
  realpathSync,
  statSync,
} from "node:fs";
import { dirname, join, sep } from "node:path";
import { isExecutableName } from "../../core/index.ts";
import { ExecutableError, type ExecutableFault } from "../../errors/index.ts";
import { foreignness } from "./foreignness.ts";
import { HEADER_BYTES, programFormat } from "./program-format.ts";
import type { ProgramFile } from "./program-order.ts";

const RUN_BITS = 0o111;
/** Neither waits for the other end of a named pipe, nor becomes a terminal's. */
const OPEN_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/** A file that was found fit to be run, held open: what was checked is what this is, whatever its name is given to next. */
export class CheckedFile {
  readonly descriptor: number;
  readonly path: string;
  /** Changes when the file is replaced or written to, or its owner or its mode is changed. */
  readonly identity: string;

  private constructor(descriptor: number, path: string, stats: Stats) {
    this.descriptor = descriptor;
    this.path = path;
    this.identity = identityOf(stats);
  }

  /** The identity of the file that has this name now, unchecked; `undefined` where there is none. */
  static identity({ folder, name }: Pick<ProgramFile, "folder" | "name">): string | undefined {
    try {
      return identityOf(statSync(join(folder, name)));
    } catch {
      return undefined;
    }
  }

  /**
   * Opens and checks a file of a folder.
   *
   * @throws ExecutableError
   */
  static open({ folder, name, owners }: Pick<ProgramFile, "folder" | "name" | "owners">): CheckedFile {
    if (!isExecutableName(name)) throw refused(name, "outside-folder", "that is no name of a file in the folder");
    const descriptor = opened(folder, name);
    try {
      const stats = fstatSync(descriptor);
      if (stats.isDirectory()) throw refused(name, "not-a-file", "it is a folder");
      if (!stats.isFile()) throw refused(name, "not-a-file", "it is no regular file");
      const path = pathOf(descriptor, folder, name);
      if (!path.startsWith(folder.endsWith(sep) ? folder : folder + sep)) {
        throw refused(name, "outside-folder", "it leads out of the folder of executables");
      }
      if ((stats.mode & RUN_BITS) === 0)
        throw refused(name, "not-executable", "it has no run bit; chmod +x gives it one");
      if (process.platform !== "win32") {
        refuseForeign(name, "it", stats, owners);
        refuseForeign(name, "its folder", statSync(dirname(path)), owners);
      }
      refuseUnrunnable(name, descriptor);
      return new CheckedFile(descriptor, path, stats);
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
  }

  close(): void {
    closeSync(this.descriptor);
  }
}

function identityOf({ dev, ino, size, ctimeMs }: Stats): string {
  return `${dev}:${ino}:${size}:${ctimeMs}`;
}

function opened(folder: string, name: string): number {
  try {
    return openSync(join(folder, name), OPEN_FLAGS);
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
    if (code === "ENOENT") throw refused(name, "missing", "it is not there", error);
    if (code === "EACCES") throw refused(name, "unreadable", "the worker may not read it", error);
    if (code === "ELOOP") throw refused(name, "outside-folder", "its symbolic links lead nowhere", error);
    if (code === "ENXIO") throw refused(name, "not-a-file", "it is no regular file", error);
    throw refused(name, "refused", `it cannot be opened: ${String(code)}`, error);
  }
}

/** Where the open file really is. Asked of the descriptor where that can be: the name may be another file's by now. */
function pathOf(descriptor: number, folder: string, name: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    return realpathSync(join(folder, name));
  }
}

function refuseForeign(name: string, what: string, stats: Stats, owners: readonly number[]): void {
  const why = foreignness(stats, owners);
  if (why !== undefined) throw refused(name, "writable-by-others", `${what} ${why}`);
}

function refuseUnrunnable(name: string, descriptor: number): void {
  const buffer = Buffer.alloc(HEADER_BYTES);
  const format = programFormat(buffer.subarray(0, readSync(descriptor, buffer, 0, HEADER_BYTES, 0)));
  if (format.kind === "none") throw refused(name, "not-a-program", format.why);
  if (format.kind === "no-interpreter") throw refused(name, "no-interpreter", format.why);
}

function refused(name: string, fault: ExecutableFault, why: string, cause?: unknown): ExecutableError {
  return new ExecutableError(`executable ${JSON.stringify(name)} is not run: ${why}`, {
    details: { executable: name, fault },
    ...(cause === undefined ? {} : { cause }),
  });
}
