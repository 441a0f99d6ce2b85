import type { LogFields, Logger } from "../index.ts";

/** A logger without the library's warnings about jobs, which come as events too and are told from there. */
export function withoutJobLines(logger: Logger): Logger {
  const isOfJob = (fields: LogFields | undefined): boolean => fields?.["queue"] !== undefined;
  return {
    debug: (message, fields) => logger.debug(message, fields),
    info: (message, fields) => logger.info(message, fields),
    warn: (message, fields) => {
      if (!isOfJob(fields)) logger.warn(message, fields);
    },
    error: (message, fields) => {
      if (!isOfJob(fields)) logger.error(message, fields);
    },
  };
}
