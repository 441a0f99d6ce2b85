/** Facts beside a log line. Never job arguments, unless `debug` asks for them. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Where Millrace says what it does: four methods, each a message and facts. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}
