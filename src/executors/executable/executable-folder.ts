import { type FSWatcher, readdirSync, realpathSync, statSync, watch } from "node:fs";
import { type AnyTask, type ExecutablesPlan, isExecutableName } from "../../core/index.ts";
import { CapabilityError, ConfigurationError } from "../../errors/index.ts";
import { foreignness } from "./foreignness.ts";

/** How often it is looked at where the system does not tell of changes. */
const LOOK_MS = 1_000;
/** Two changes closer than this may leave one time of change. */
const COARSE_MS = 50;

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "is not there",
  ENOTDIR: "is no folder",
  EACCES: "may not be read by this user",
};

/** The folder whose files are tasks. It is read when it has changed, so files that come or go are noticed. */
export class ExecutableFolder {
  /** Real, without symbolic links. */
  readonly path: string;
  readonly #plan: ExecutablesPlan;
  readonly #tasks = new Map<string, AnyTask>();
  #names: ReadonlySet<string> = new Set();
  #readOf = Number.NaN;

  /** @throws ConfigurationError when there is no such folder; CapabilityError on Windows */
  constructor(plan: ExecutablesPlan) {
    this.#plan = plan;
    if (process.platform === "win32") {
      throw new CapabilityError("executables need run bits, signals and process groups, which Windows does not have");
    }
    try {
      this.path = realpathSync(plan.folder);
      readdirSync(this.path);
    } catch (error) {
      const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
      const why = REASONS[String(code)] ?? `cannot be read: ${String(code)}`;
      throw new ConfigurationError(`executables: ${plan.folder} ${why}; give the folder that the programs are in`, {
        cause: error,
      });
    }
  }

  /** The names of all files in it that can be tasks, whether or not they may be run. None where it is gone. */
  names(): ReadonlySet<string> {
    try {
      const { mtimeMs } = statSync(this.path);
      if (mtimeMs === this.#readOf) return this.#names;
      this.#names = new Set(readdirSync(this.path).filter(isExecutableName).sort());
      this.#readOf = Date.now() - mtimeMs > COARSE_MS ? mtimeMs : Number.NaN;
    } catch {
      this.#names = new Set();
    }
    return this.#names;
  }

  /** The task of a file that is there now. */
  taskNamed(name: string): AnyTask | undefined {
    if (!this.names().has(name)) return undefined;
    let task = this.#tasks.get(name);
    if (task === undefined) {
      task = this.#plan.taskFor(name);
      this.#tasks.set(name, task);
    }
    return task;
  }

  /** Why none of its files is run, as it is now: who else could put one there. */
  get fault(): string | undefined {
    const users = this.#plan.all.flatMap(({ executable }) => executable?.user?.uid ?? []);
    return foreignness(statSync(this.path), [process.geteuid?.() ?? 0, ...users]);
  }

  /** Calls when files may have come or gone; returns how to stop that. */
  onChange(listener: () => void): () => void {
    let watcher: FSWatcher | undefined;
    try {
      watcher = watch(this.path, { persistent: false }, listener);
      watcher.on("error", () => watcher?.close());
    } catch {
      // Not every file system tells; then looking must do.
    }
    const timer = setInterval(listener, LOOK_MS).unref();
    return () => {
      watcher?.close();
      clearInterval(timer);
    };
  }
}
