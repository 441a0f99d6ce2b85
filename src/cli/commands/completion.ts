import type { CommandDeclaration } from "../command.ts";
import { bashScript } from "../completion/bash-script.ts";
import { completedCommands } from "../completion/completed-command.ts";
import { fishScript } from "../completion/fish-script.ts";
import { zshScript } from "../completion/zsh-script.ts";
import { EXIT } from "../exit-codes.ts";
import { printJson } from "../json-document.ts";
import { terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";

const SCRIPTS = new Map([
  ["bash", bashScript],
  ["zsh", zshScript],
  ["fish", fishScript],
]);

/**
 * The command that prints completion scripts. It is made of the others.
 *
 * @param declarations of all commands, itself included
 * @param common flags that every command has
 */
export function completion(
  declarations: () => readonly CommandDeclaration[],
  common: () => readonly (readonly [form: string, meaning: string])[],
): CommandDeclaration {
  return {
    usage: "completion <shell>",
    summary: "Print a script that completes commands and flags: bash, zsh or fish",
    flags: [],
    examples: [
      ["source <(millrace completion bash)", "in ~/.bashrc; the same for zsh in ~/.zshrc"],
      ["millrace completion fish > ~/.config/fish/completions/millrace.fish", "once"],
    ],
    run: ([shell = ""], flags) => {
      const script = SCRIPTS.get(shell);
      if (script === undefined) {
        throw new UsageError(
          `"${shell}" is no shell that can be completed in`,
          `there are ${[...SCRIPTS.keys()].join(", ")}`,
        );
      }
      const commands = completedCommands(declarations(), common());
      if (flags.has("json")) printJson({ commands });
      else terminal.print(script(commands).trimEnd());
      return Promise.resolve(EXIT.ok);
    },
  };
}
