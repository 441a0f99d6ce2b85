import type { LogFields, Logger } from "../contracts/index.ts";
import { LOG_LEVELS, type LogEntry, type LogLevel } from "./log-entry.ts";

export interface LineLoggerOptions {
  /** The least level that is written. */
  readonly level: LogLevel;
  /** An entry as one line, without its end. */
  readonly format: (entry: LogEntry) => string;
  /** Takes one line, without its end. */
  readonly write: (line: string) => void;
}

/** A logger that writes a line for each entry of its level and above. */
export class LineLogger implements Logger {
  readonly #options: LineLoggerOptions;
  readonly #least: number;

  constructor(options: LineLoggerOptions) {
    this.#options = options;
    this.#least = LOG_LEVELS.indexOf(options.level);
  }

  debug(message: string, fields?: LogFields): void {
    this.#line("debug", message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.#line("info", message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.#line("warn", message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.#line("error", message, fields);
  }

  #line(level: LogLevel, message: string, fields: LogFields = {}): void {
    if (LOG_LEVELS.indexOf(level) < this.#least) return;
    const { format, write } = this.#options;
    write(format({ at: new Date(), level, message, fields }));
  }
}
