/** A text that can stand in single quotes in every one of the shells, and in the descriptions of zsh. */
export function quotedForShell(text: string): string {
  return text.replaceAll("'", "’").replaceAll("[", "(").replaceAll("]", ")").replaceAll("\\", "/");
}
