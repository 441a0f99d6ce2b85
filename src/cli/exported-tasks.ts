import { DuplicateTaskError } from "../errors/index.ts";
import type { AnyTask } from "../index.ts";

/**
 * The tasks among a module's exports: exported alone, in a list, or as the values of an object.
 *
 * @throws DuplicateTaskError
 */
export function exportedTasks(module: Readonly<Record<string, unknown>>, file: string): readonly AnyTask[] {
  const tasks = new Map<string, { readonly task: AnyTask; readonly place: string }>();
  for (const [name, exported] of Object.entries(module)) {
    for (const [place, value] of candidates(name, exported)) {
      if (!isTask(value)) continue;
      const known = tasks.get(value.name);
      if (known !== undefined && known.task !== value) {
        throw new DuplicateTaskError(
          `${file}: two tasks are named "${value.name}" (exports ${known.place} and ${place}); a name stands for one task in an app`,
          { details: { file, task: value.name } },
        );
      }
      if (known === undefined) tasks.set(value.name, { task: value, place });
    }
  }
  return [...tasks.values()].map(({ task }) => task);
}

function candidates(name: string, exported: unknown): [string, unknown][] {
  if (typeof exported !== "object" || exported === null || isTask(exported)) return [[name, exported]];
  return Object.entries(exported).map(([key, value]) => [`${name}.${key}`, value]);
}

/** By its shape, because a tasks file may have another copy of the package than the command line. */
function isTask(value: unknown): value is AnyTask {
  return typeof value === "object" && value !== null && "run" in value && "plan" in value && "queue" in value;
}
