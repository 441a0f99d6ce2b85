/** A column of a table: its head, and the side that its cells are aligned to. */
export interface Column {
  readonly head: string;
  readonly align: "left" | "right";
}

/** A Markdown table with cells of one width in each column, as the formatter of this repository has it. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map(({ head }, at) => Math.max(3, head.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const padded = (cells: readonly string[]): string =>
    line(
      columns.map(({ align }, at) => {
        const [cell = "", width = 0] = [cells[at], widths[at]];
        return align === "left" ? cell.padEnd(width) : cell.padStart(width);
      }),
    );
  const rule = columns.map(({ align }, at) => {
    const width = widths[at] ?? 0;
    return align === "left" ? "-".repeat(width) : `${"-".repeat(width - 1)}:`;
  });
  return [padded(columns.map(({ head }) => head)), line(rule), ...rows.map(padded)].join("\n");
}
