import { durationMs } from "../../core/index.ts";
import type { CommandDeclaration } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { printJson } from "../json-document.ts";
import { terminal } from "../terminal.ts";
import { TOKENS_FLAG, tokensPath } from "../tokens-path.ts";

export const tokenCreate: CommandDeclaration = {
  usage: "token create <name>",
  summary: "Make a token for a gateway, and print it, once",
  flags: [
    TOKENS_FLAG,
    ["--scope <scopes>", "What it may do, of send, read and admin (default: send,read)"],
    ["--queue <name>", "A queue that it may touch, no other one then; may be repeated", "repeatable"],
    ["--expires <time>", "It is good for this long, as in 90d (default: until it is revoked)"],
  ],
  examples: [
    ["millrace token create shop", "may send jobs to every queue, and read them"],
    ["millrace token create mailer --scope send --queue mail --expires 90d", "may send to one queue, for 90 days"],
    ["millrace token create ops --scope admin", "may do everything"],
  ],
  run: async ([name = ""], flags) => {
    const { createToken } = await import("../../gateway/index.ts");
    const expires = flags.time("expires");
    const queues = flags.texts("queue");
    const path = tokensPath(flags);
    const { token, entry } = createToken(path, {
      name,
      scopes: (flags.text("scope") ?? "send,read").split(","),
      ...(queues === undefined ? {} : { queues }),
      ...(expires === undefined ? {} : { liveMs: durationMs(expires, "--expires") }),
    });
    if (flags.has("json")) {
      const { hash: _, ...shown } = entry;
      printJson({ token, ...shown });
    } else {
      terminal.print(token);
      terminal.tell(terminal.paintNote("dim", `kept nowhere: note it now. ${path} holds only its hash`));
    }
    return EXIT.ok;
  },
};
