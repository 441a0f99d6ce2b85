import type { Logger } from "../index.ts";
import { LineLogger } from "../telemetry/index.ts";
import { prettyLine } from "./pretty-line.ts";
import { terminal } from "./terminal.ts";

/** The library's own lines beside a command's answer: on standard error, safe for a terminal. */
export function noteLogger(debug: boolean): Logger {
  return new LineLogger({
    level: debug ? "debug" : "warn",
    format: (entry) => prettyLine(entry, (paint, text) => terminal.paintNote(paint, text)),
    write: (line) => terminal.tell(line),
  });
}
