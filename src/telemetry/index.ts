/*
 * telemetry: how Millrace tells of itself. Here: the logger that is used when none is given. Not here: what is worth telling.
 */
export { ConsoleLogger, type LogLevel } from "./console-logger.ts";
