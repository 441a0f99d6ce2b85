import { LineLogger } from "./line-logger.ts";
import type { LogLevel } from "./log-entry.ts";
import { textLine } from "./text-line.ts";

/** Writes to standard error, one line each: time, level, message, facts. Standard output stays the program's own. */
export class ConsoleLogger extends LineLogger {
  constructor(
    level: LogLevel = "warn",
    write: (line: string) => void = (line) => void process.stderr.write(`${line}\n`),
  ) {
    super({ level, format: textLine, write });
  }
}
