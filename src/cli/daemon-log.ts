import { existsSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import type { Configuration, SettingKey } from "../config/index.ts";
import { ConfigurationError } from "../errors/index.ts";
import type { Logger } from "../index.ts";
import { LineLogger, type LogLevel, RotatingFile, jsonLine } from "../telemetry/index.ts";
import { prettyLine } from "./pretty-line.ts";
import { terminal } from "./terminal.ts";
import { visibleJson } from "./visible.ts";

/** Settings of the log that have a flag with every daemon. */
export const LOG_SETTINGS: readonly SettingKey[] = ["log.level", "log.format", "log.path"];

const FILE_NAME = "millrace.log";

export interface DaemonLog {
  readonly logger: Logger;
  readonly level: LogLevel;
}

/**
 * The log of a process that stays: to a file that does not grow without end, or to standard output; for people on a
 * terminal, else a JSON object a line.
 *
 * @throws ConfigurationError when the file cannot be written
 */
export function daemonLog(
  configuration: Configuration,
  { json, debug }: { readonly json: boolean; readonly debug: boolean },
): DaemonLog {
  terminal.goOnWithoutReaders();
  const path = configuration.get("log.path");
  const level = debug ? "debug" : (configuration.get("log.level") ?? "info");
  const format = json ? "json" : configuration.get("log.format");
  const pretty = format === "pretty" || (format === "auto" && path === undefined && terminal.isTerminal);
  if (path !== undefined) {
    const file = opened(path, configuration);
    const logger = new LineLogger({
      level,
      format: pretty ? (entry) => prettyLine(entry) : jsonLine,
      write: (line) => file.write(line),
    });
    return { logger, level };
  }
  const logger = new LineLogger({
    level,
    format: pretty
      ? (entry) => prettyLine(entry, (paint, text) => terminal.paint(paint, text))
      : (entry) => visibleJson(jsonLine(entry)),
    write: (line) => terminal.print(line),
  });
  return { logger, level };
}

function opened(path: string, configuration: Configuration): RotatingFile {
  const isFolder = path.endsWith("/") || path.endsWith(sep) || (existsSync(path) && statSync(path).isDirectory());
  const file = isFolder ? join(path, FILE_NAME) : path;
  const { maxBytes, keep } = configuration.pick({ maxBytes: "log.maxSize", keep: "log.keep" });
  try {
    return new RotatingFile(file, {
      ...(maxBytes === undefined ? {} : { maxBytes }),
      ...(keep === undefined ? {} : { keep }),
    });
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    throw new ConfigurationError(
      `the log file ${file} cannot be written (${code}); give log.path a place that this user may write to`,
      { cause: error },
    );
  }
}
