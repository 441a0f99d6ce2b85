import { jsonLine } from "./json-line.ts";
import { LineLogger } from "./line-logger.ts";
import type { LogLevel } from "./log-entry.ts";

/** Writes JSON objects, one a line, to standard output or wherever `write` puts them. */
export class JsonLogger extends LineLogger {
  constructor(
    level: LogLevel = "info",
    write: (line: string) => void = (line) => void process.stdout.write(`${line}\n`),
  ) {
    super({ level, format: jsonLine, write });
  }
}
