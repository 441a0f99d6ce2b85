import type { LogFields, Logger } from "../index.ts";
import { terminal } from "./terminal.ts";
import { clockTime } from "./times.ts";
import { visible } from "./visible.ts";

/** The library's own lines, on standard error, safe for a terminal. */
export class QuietLogger implements Logger {
  readonly #debug: boolean;
  readonly #skips: (fields: LogFields) => boolean;

  /** @param skips lines with these facts are told in another way */
  constructor(debug: boolean, skips: (fields: LogFields) => boolean = () => false) {
    this.#debug = debug;
    this.#skips = skips;
  }

  debug(message: string, fields?: LogFields): void {
    if (this.#debug) this.#line(message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.debug(message, fields);
  }

  warn(message: string, fields: LogFields = {}): void {
    if (!this.#skips(fields)) this.#line(message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.warn(message, fields);
  }

  #line(message: string, fields: LogFields = {}): void {
    const facts = Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => ` ${name}=${typeof value === "string" ? value : JSON.stringify(value)}`);
    terminal.tell(terminal.paintNote("dim", visible(`${clockTime()} ${message}${facts.join("")}`)));
  }
}
