import type { CommandDeclaration } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { printJson } from "../json-document.ts";
import { terminal } from "../terminal.ts";
import { TOKENS_FLAG, tokensPath } from "../tokens-path.ts";

export const tokenRevoke: CommandDeclaration = {
  usage: "token revoke <name>",
  summary: "Take a token back; gateways that run refuse it within a second",
  flags: [TOKENS_FLAG],
  examples: [["millrace token revoke shop", "whoever has it is let in no more"]],
  run: async ([name = ""], flags) => {
    const { revokeToken } = await import("../../gateway/index.ts");
    revokeToken(tokensPath(flags), name);
    if (flags.has("json")) printJson({ revoked: name });
    else terminal.print(`revoked ${name}`);
    return EXIT.ok;
  },
};
