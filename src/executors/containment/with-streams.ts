import type { ChildProcess } from "node:child_process";

/**
 * A process that was just started, and has its streams. One for which no descriptors were left has none, and would tell of it
 * when nobody may be listening yet.
 *
 * @throws what is wrong then, with the system's code for it
 */
export function withStreams<Child extends ChildProcess>(child: Child): Child {
  if ((child.stdio as unknown) !== undefined) return child;
  child.on("error", () => undefined);
  throw Object.assign(new Error(`no descriptors are left to start ${child.spawnfile}`), { code: "EMFILE" });
}
