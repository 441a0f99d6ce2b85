import { afterEach, describe, expect, it, vi } from "vitest";
import { table } from "./table.ts";
import { terminal } from "./terminal.ts";

const COLUMNS = [{ title: "ID" }, { title: "N", align: "right" as const }, { title: "ERROR", least: 6 }];
const ROWS = [
  [{ text: "one" }, { text: "1" }, { text: "a very long error that does not fit" }],
  [{ text: "語語" }, { text: "12" }, { text: "" }],
];

describe("table", () => {
  afterEach(() => vi.restoreAllMocks());

  it("aligns columns by what a terminal shows, with no blanks at line ends", () => {
    expect(table(COLUMNS, ROWS, "  ")).toEqual([
      "  ID     N  ERROR",
      "  one    1  a very long error that does not fit",
      "  語語  12",
    ]);
  });

  it("fits into the terminal by cutting what may be cut", () => {
    vi.spyOn(terminal, "width", "get").mockReturnValue(20);
    expect(table(COLUMNS, ROWS)[1]).toBe("one    1  a very lo…");
    vi.spyOn(terminal, "width", "get").mockReturnValue(5);
    expect(table([{ title: "ERROR", least: 0 }], [[{ text: "much too long" }]], "    ")).toEqual(["    …", "    …"]);
    expect(table(COLUMNS, ROWS)[1]).toBe("one    1  a ver…");
  });
});
