import type { CommandDeclaration } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { printJson } from "../json-document.ts";
import { table } from "../table.ts";
import { terminal } from "../terminal.ts";
import { TOKENS_FLAG, tokensPath } from "../tokens-path.ts";
import { visible } from "../visible.ts";

export const tokenList: CommandDeclaration = {
  usage: "token list",
  summary: "Show the tokens of a file: names, scopes, queues, until when",
  flags: [TOKENS_FLAG],
  examples: [["millrace token list", "what millrace token create made here"]],
  run: async (_words, flags) => {
    const { readTokens } = await import("../../gateway/index.ts");
    const tokens = readTokens(tokensPath(flags)).map(({ hash: _, ...shown }) => shown);
    if (flags.has("json")) {
      printJson({ tokens });
      return EXIT.ok;
    }
    const columns = [{ title: "NAME", least: 8 }, { title: "SCOPES" }, { title: "QUEUES" }, { title: "EXPIRES" }];
    const rows = tokens.map(({ name, scopes, queues = ["all"], expiresAt = "never" }) =>
      [visible(name), scopes.join(","), visible(queues.join(",")), expiresAt].map((text) => ({ text })),
    );
    for (const line of table(columns, rows)) terminal.print(line);
    return EXIT.ok;
  },
};
