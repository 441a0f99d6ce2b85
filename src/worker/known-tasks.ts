import type { AnyTask } from "../core/index.ts";
import { DuplicateTaskError } from "../errors/index.ts";
import { callbackTask, hasCallbacks } from "./callbacks.ts";
import type { TaskFolder } from "./worker-host.ts";

/**
 * What a worker can run: the tasks it was given, the files of a folder, which come and go, and the callbacks of both. Where a
 * task and a file have one name, it is the task's.
 */
export class KnownTasks {
  readonly #given: ReadonlyMap<string, AnyTask>;
  readonly #folder: TaskFolder | undefined;
  /** Those of a file outlive it: its last jobs may have ended since. */
  readonly #callbacks = new Map<string, AnyTask>();
  /**
   * All names. One list, changed in place: who talks to the store holds on to it, and what is asked for next is to have the
   * names of that moment.
   */
  readonly names: string[] = [];

  /**
   * @param named files that have options of their own
   * @throws DuplicateTaskError when one of them has the name of a task
   */
  constructor(given: ReadonlyMap<string, AnyTask>, folder: TaskFolder | undefined, named: readonly AnyTask[]) {
    const twice = named.find(({ name }) => given.has(name));
    if (twice !== undefined) {
      throw new DuplicateTaskError(
        `executable "${twice.name}" has the name of a task; a name stands for one task in an app`,
      );
    }
    this.#given = given;
    this.#folder = folder;
    for (const task of given.values()) this.#addCallbacks(task);
    this.refresh();
  }

  get(name: string): AnyTask | undefined {
    return this.#given.get(name) ?? this.#callbacks.get(name) ?? this.#folder?.taskNamed(name);
  }

  /** Looks at the folder again; tells whether the names are others now. */
  refresh(): boolean {
    const files = [...(this.#folder?.names() ?? [])].filter((name) => !this.#given.has(name));
    for (const name of files) this.#addCallbacks(this.#folder?.taskNamed(name));
    const names = new Set([...this.#given.keys(), ...this.#callbacks.keys(), ...files]);
    if (names.size === this.names.length && this.names.every((name) => names.has(name))) return false;
    this.names.splice(0, this.names.length, ...names);
    return true;
  }

  #addCallbacks(task: AnyTask | undefined): void {
    if (task === undefined || !hasCallbacks(task)) return;
    const callbacks = callbackTask(task);
    if (!this.#callbacks.has(callbacks.name)) this.#callbacks.set(callbacks.name, callbacks);
  }
}
