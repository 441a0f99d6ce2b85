import { displayWidth, fitted } from "./display-width.ts";
import { type Paint, terminal } from "./terminal.ts";

export interface Column {
  readonly title: string;
  readonly align?: "right";
  /** May be cut down to this many columns where the terminal is narrow. Default: never cut. */
  readonly least?: number;
}

export interface Cell {
  readonly text: string;
  readonly paint?: Paint;
}

const GAP = "  ";

/** Aligned columns as lines. Texts are expected without control characters. */
export function table(columns: readonly Column[], rows: readonly (readonly Cell[])[], indent = ""): string[] {
  const natural = columns.map(({ title }, at) =>
    Math.max(displayWidth(title), ...rows.map((row) => displayWidth(row[at]?.text ?? ""))),
  );
  const widths = shrunk(columns, natural, (terminal.width ?? Number.POSITIVE_INFINITY) - indent.length);
  const heading = columns.map(({ title }): Cell => ({ text: title, paint: "dim" }));
  return [heading, ...rows].map((row) => indent + line(columns, widths, row));
}

function line(columns: readonly Column[], widths: readonly number[], row: readonly Cell[]): string {
  const cells = columns.map((column, at) => {
    const { text, paint } = row[at] ?? { text: "" };
    const width = widths[at] ?? 0;
    const cut = fitted(text, width);
    const padding = " ".repeat(width - displayWidth(cut));
    const painted = paint === undefined || cut === "" ? cut : terminal.paint(paint, cut);
    if (column.align === "right") return padding + painted;
    // Nothing follows the last column, so nothing has to line up with its end.
    return at === columns.length - 1 ? painted : painted + padding;
  });
  return cells.join(GAP).trimEnd();
}

/** Takes from the last columns first what does not fit. */
function shrunk(columns: readonly Column[], natural: readonly number[], available: number): number[] {
  const widths = [...natural];
  let excess = widths.reduce((sum, width) => sum + width, 0) + GAP.length * (widths.length - 1) - available;
  for (let at = columns.length - 1; at >= 0 && excess > 0; at -= 1) {
    const least = columns[at]?.least;
    const width = widths[at] ?? 0;
    if (least === undefined || width <= least) continue;
    const taken = Math.min(excess, width - least);
    widths[at] = width - taken;
    excess -= taken;
  }
  return widths;
}
