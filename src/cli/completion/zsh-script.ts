import type { CompletedCommand } from "./completed-command.ts";
import { quotedForShell } from "./quoted-for-shell.ts";
import { unique } from "./unique.ts";

/** Completes these commands in zsh. */
export function zshScript(commands: readonly CompletedCommand[]): string {
  const cases = commands.map(({ name, flags, takesFiles }) => {
    const specs = flags.map(({ form, meaning, takesValue, values, isFile }) => {
      const action = values.length > 0 ? `(${values.join(" ")})` : isFile ? "_files" : " ";
      return `        '*${form}[${quotedForShell(meaning)}]${takesValue ? `:value:${action}` : ""}'`;
    });
    // Without a word on further words, the command's own is one too many, and nothing behind it is completed.
    const rest = `        '*:${takesFiles ? "file:_files" : "argument: "}'`;
    return `      "${name}")
        _arguments -s : \\
${[...specs, rest].join(" \\\n")} ;;`;
  });
  const names = commands.map(
    ({ name, summary }) => `    '${quotedForShell(name.replaceAll(" ", "-"))}:${quotedForShell(summary)}'`,
  );
  const groups = unique(commands.flatMap(({ name }) => (name.includes(" ") ? [name.split(" ")[0] ?? ""] : [])));
  const seconds = groups.map((group) => {
    return `    ${group}) compadd -- ${secondsOf(commands, group).join(" ")}; return ;;`;
  });
  return `#compdef millrace
# Completion of millrace for zsh. In ~/.zshrc, after compinit: source <(millrace completion zsh)
_millrace() {
  local command
  local -a commands
  commands=(
${names.filter((line) => !groups.some((group) => line.startsWith(`    '${group}-`))).join("\n")}
${groups.flatMap((group) => (commands.some(({ name }) => name === group) ? [] : [`    '${group}:${secondsOf(commands, group).join(", ")}'`])).join("\n")}
    'help:Show the help of a command'
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  command="\${words[2]}"
  case "$command" in
    ${groups.join("|")})
      if [[ "\${words[3]}" != -* ]]; then
        if (( CURRENT == 3 )); then
          case "$command" in
${seconds.map((line) => `        ${line}`).join("\n")}
          esac
        fi
        command="$command \${words[3]}"
      fi ;;
  esac
  case "$command" in
${cases.join("\n")}
  esac
}
compdef _millrace millrace
`;
}

function secondsOf(commands: readonly CompletedCommand[], group: string): string[] {
  return commands.flatMap(({ name }) => (name.startsWith(`${group} `) ? [name.slice(group.length + 1)] : []));
}
