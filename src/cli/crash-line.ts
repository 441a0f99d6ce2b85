import type { Logger } from "../index.ts";
import { reportError } from "./error-report.ts";
import { EXIT } from "./exit-codes.ts";

/**
 * What a daemon dies of is the last line of its log, with its stack: whoever looks there later has nothing else to go by.
 * Standard error gets the sentence that any command ends with, and never a document: standard output has lines.
 */
export function logCrashes(logger: Logger, debug: boolean): void {
  process.prependListener("uncaughtException", (error: unknown) => {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : `${String(error)} was thrown`;
    logger.error(text, { event: "crashed", ...(error instanceof Error ? { stack: error.stack } : {}) });
    reportError(error, { json: false, debug });
    process.exit(EXIT.failed);
  });
}
