import type { CompletedCommand } from "./completed-command.ts";
import { quotedForShell } from "./quoted-for-shell.ts";
import { unique } from "./unique.ts";

/** Completes these commands in fish. */
export function fishScript(commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap(({ name, summary, flags, takesFiles }) => {
    const [first = "", second] = name.split(" ");
    const starts =
      second === undefined
        ? [`complete -c millrace -n __fish_use_subcommand -a ${first} -d '${quotedForShell(summary)}'`]
        : [
            `complete -c millrace -n __fish_use_subcommand -a ${first}`,
            `complete -c millrace -n '__fish_seen_subcommand_from ${first}' -a ${second} -d '${quotedForShell(summary)}'`,
          ];
    const when = name
      .split(" ")
      .map((word) => `__fish_seen_subcommand_from ${word}`)
      .join("; and ");
    const options = flags.map(({ form, meaning, takesValue, values, isFile }) => {
      const value = values.length > 0 ? ` -x -a '${values.join(" ")}'` : isFile ? " -r -F" : takesValue ? " -x" : "";
      return `complete -c millrace -n '${when}' -l ${form.slice(2)}${value} -d '${quotedForShell(meaning)}'`;
    });
    return [...starts, ...options, ...(takesFiles ? [`complete -c millrace -n '${when}' -F`] : [])];
  });
  return `# Completion of millrace for fish: millrace completion fish > ~/.config/fish/completions/millrace.fish
complete -c millrace -f
${unique(lines).join("\n")}
`;
}
