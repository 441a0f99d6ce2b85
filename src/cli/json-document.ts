import { terminal } from "./terminal.ts";
import { visibleJson } from "./visible.ts";

/** Prints the one document that a command with `--json` answers with. */
export function printJson(document: object): void {
  terminal.print(visibleJson(JSON.stringify(document, null, 2)));
}
