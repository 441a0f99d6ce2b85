import type { CommandDeclaration } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { printJson } from "../json-document.ts";
import { withExisting } from "../session.ts";
import { stateText } from "../state-style.ts";
import { terminal } from "../terminal.ts";

export const cancel: CommandDeclaration = {
  usage: "cancel <id>",
  summary: "Cancel a job: a waiting one at once, a running one through its signal",
  flags: [],
  examples: [["millrace cancel 0mwpvq5bqgzxmsnhkc4h0000", "prints the state that results"]],
  run: ([id = ""], flags) =>
    withExisting(flags, async (client) => {
      const state = await client.cancel(id);
      if (flags.has("json")) {
        printJson({ id, state });
      } else {
        const remark =
          state === "cancelled"
            ? ""
            : state === "running"
              ? "  its task has been told to stop"
              : "  it had ended before";
        terminal.print(`${stateText(state)}  ${id}${terminal.paint("dim", remark)}`);
      }
      return state === "cancelled" || state === "running" ? EXIT.ok : EXIT.failed;
    }),
};
