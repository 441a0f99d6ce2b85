import type { LogFields, Logger } from "../index.ts";

/** A logger without the library's lines about jobs, and about how programs are held, which are told from events. */
export function withoutToldLines(logger: Logger): Logger {
  const isTold = (fields: LogFields | undefined): boolean =>
    (fields?.["queue"] ?? fields?.["containment"]) !== undefined;
  return {
    debug: (message, fields) => logger.debug(message, fields),
    info: (message, fields) => {
      if (!isTold(fields)) logger.info(message, fields);
    },
    warn: (message, fields) => {
      if (!isTold(fields)) logger.warn(message, fields);
    },
    error: (message, fields) => {
      if (!isTold(fields)) logger.error(message, fields);
    },
  };
}
