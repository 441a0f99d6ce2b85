import type { CompletedCommand } from "./completed-command.ts";
import { unique } from "./unique.ts";

/** Completes these commands in bash. */
export function bashScript(commands: readonly CompletedCommand[]): string {
  const firsts = unique(commands.map(({ name }) => name.split(" ")[0] ?? ""));
  const twoWords = commands.filter(({ name }) => name.includes(" "));
  const groups = unique(twoWords.map(({ name }) => name.split(" ")[0] ?? ""));
  const seconds = groups.map((group) => {
    const words = twoWords.flatMap(({ name }) => (name.startsWith(`${group} `) ? [name.split(" ")[1] ?? ""] : []));
    return `    ${group}) words="${words.join(" ")}" ;;`;
  });
  const flagLines = commands.map(({ name, flags, takesFiles }) => {
    const forms = unique(flags.map(({ form }) => form)).join(" ");
    return `    "${name}") words="${forms}"${takesFiles ? " files=1" : ""} ;;`;
  });
  const flags = commands.flatMap((command) => command.flags);
  const valueLines = unique(
    flags.flatMap(({ form, values, isFile, takesValue }) => {
      if (values.length > 0)
        return [`    ${form}) COMPREPLY=($(compgen -W "${values.join(" ")}" -- "$word")); return ;;`];
      if (isFile) return [`    ${form}) COMPREPLY=($(compgen -f -- "$word")); return ;;`];
      return takesValue ? [`    ${form}) return ;;`] : [];
    }),
  );
  return `# Completion of millrace for bash. In ~/.bashrc: source <(millrace completion bash)
_millrace() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" words="" files="" command=""
  case "$before" in
${valueLines.join("\n")}
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${[...firsts, "help"].join(" ")} --help --version" -- "$word"))
    return
  fi
  command="\${COMP_WORDS[1]}"
  case "$command" in
    ${groups.join("|")}) case "\${COMP_WORDS[2]}" in -*) ;; *) command="$command \${COMP_WORDS[2]}" ;; esac ;;
  esac
  if [ "$COMP_CWORD" -eq 2 ] && [[ "$word" != -* ]]; then
    case "\${COMP_WORDS[1]}" in
${seconds.join("\n")}
    esac
    if [ -n "$words" ]; then COMPREPLY=($(compgen -W "$words" -- "$word")); return; fi
  fi
  case "$command" in
${flagLines.join("\n")}
  esac
  case "$word" in
    -*) COMPREPLY=($(compgen -W "$words" -- "$word")) ;;
    *) if [ -n "$files" ]; then COMPREPLY=($(compgen -f -- "$word")); fi ;;
  esac
}
complete -o filenames -F _millrace millrace
`;
}
