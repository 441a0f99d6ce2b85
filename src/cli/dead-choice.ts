import { EXIT } from "./exit-codes.ts";
import type { Flags } from "./flags.ts";
import { printJson } from "./json-document.ts";
import { terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

/**
 * Which dead letters are meant. All of them only when that is said.
 *
 * @throws UsageError
 */
export function chosenIds(verb: string, words: readonly string[], flags: Flags): readonly string[] | "all" {
  const ids = [...new Set(words)];
  if (flags.has("all")) {
    if (ids.length === 0) return "all";
    throw new UsageError("give ids or --all, not both", `millrace dead ${verb} --all`);
  }
  if (ids.length === 0) {
    throw new UsageError(
      `say which: ids, or --all`,
      `millrace dead list shows them; millrace dead ${verb} --all takes all`,
    );
  }
  for (const flag of ["queue", "task"]) {
    if (flags.has(flag)) throw new UsageError(`--${flag} goes with --all`, `millrace dead ${verb} --all --${flag} …`);
  }
  return ids;
}

/** Prints how many of the dead letters were dealt with. Those left out are no dead letters: exit code 1. */
export function printTally(done: "replayed" | "purged", count: number, asked: number, flags: Flags): number {
  const left = asked - count;
  if (flags.has("json")) {
    printJson({ [done]: count, notDead: left });
  } else {
    terminal.print(`${done} ${count} dead letter${count === 1 ? "" : "s"}`);
    if (left > 0) {
      const noun = left === 1 ? "id is no dead letter" : "ids are no dead letters";
      terminal.tell(`${left} ${noun}: not failed, or unknown`);
    }
  }
  return left > 0 ? EXIT.failed : EXIT.ok;
}
