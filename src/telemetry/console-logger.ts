import type { LogFields, Logger } from "../contracts/index.ts";

const LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LEVELS)[number];

/** Writes to standard error, one line each: time, level, message, facts. Standard output stays the program's own. */
export class ConsoleLogger implements Logger {
  readonly #least: number;
  readonly #write: (line: string) => void;

  constructor(
    least: LogLevel = "warn",
    write: (line: string) => void = (line) => void process.stderr.write(`${line}\n`),
  ) {
    this.#least = LEVELS.indexOf(least);
    this.#write = write;
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
    if (LEVELS.indexOf(level) < this.#least) return;
    const facts = Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .map(
        ([key, value]) =>
          ` ${key}=${typeof value === "string" && /^[\w.:/-]+$/.test(value) ? value : JSON.stringify(value)}`,
      );
    this.#write(`${new Date().toISOString()} ${level.padEnd(5)} millrace: ${message}${facts.join("")}`);
  }
}
