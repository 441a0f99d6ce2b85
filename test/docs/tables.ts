/** The cells of each body row of the tables of a Markdown text, trimmed. */
export function tableRows(text: string): string[][] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) =>
      line
        .replaceAll("\\|", "\u0000")
        .slice(1, line.lastIndexOf("|"))
        .split("|")
        .map((cell) => cell.trim().replaceAll("\u0000", "|")),
    )
    .filter((cells) => !cells.every((cell) => /^:?-+:?$/.test(cell)));
}

/** The text below a heading, up to the next one of its level or above. */
export function section(text: string, heading: string): string {
  const lines = text.split("\n");
  const from = lines.indexOf(heading);
  if (from < 0) throw new Error(`there is no heading "${heading}"`);
  const level = heading.indexOf(" ");
  const to = lines.findIndex((line, at) => at > from && /^#+ /.test(line) && line.indexOf(" ") <= level);
  return lines.slice(from + 1, to < 0 ? undefined : to).join("\n");
}

/** The name in a cell such as `` `retries` ``. */
export function coded(cell: string | undefined): string {
  return /^`([^`]+)`/.exec(cell ?? "")?.[1] ?? "";
}
