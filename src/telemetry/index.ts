/*
 * telemetry: how Millrace tells of itself. Here: loggers and where their lines go. Not here: what is worth telling.
 */
export { ConsoleLogger } from "./console-logger.ts";
export { jsonLine } from "./json-line.ts";
export { JsonLogger } from "./json-logger.ts";
export { LineLogger } from "./line-logger.ts";
export type { LogEntry, LogLevel } from "./log-entry.ts";
export { RotatingFile, type RotatingFileOptions } from "./rotating-file.ts";
export { factsText } from "./text-line.ts";
