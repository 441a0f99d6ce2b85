import type { ErrorCode } from "./codes.ts";

export interface MillraceErrorOptions {
  /** What led to this error, if something did. */
  readonly cause?: unknown;
  /** Facts a program may want: ids, names, limits. Never secrets, never job arguments. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * The root of every error that Millrace throws or stores.
 *
 * Tell errors apart by `code` (stable, listed in docs/errors.md) or by class. `retryable` says whether doing the very
 * same thing again later can succeed.
 */
export class MillraceError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, retryable: boolean, message: string, options: MillraceErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.retryable = retryable;
    this.details = options.details ?? {};
  }
}
