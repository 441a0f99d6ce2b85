import { ERROR_CODES, type ErrorCode, MillraceError } from "../errors/index.ts";
import { toNotation } from "../core/index.ts";

/** An error as RFC 9457 has it, with what programs need to make the same error of it again. */
export interface Problem {
  /** Where the error's code is explained: an anchor of the gateway's own page. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly retryable: boolean;
  readonly details?: unknown;
}

/** The statuses of the errors that have one; everything else that a request leads to is the gateway's own fault. */
const STATUS: Partial<Record<ErrorCode, number>> = {
  ERR_REQUEST_INVALID: 400,
  ERR_UNAUTHENTICATED: 401,
  ERR_FORBIDDEN: 403,
  ERR_JOB_UNKNOWN: 404,
  ERR_RESULT_TIMEOUT: 408,
  ERR_JOB_STATE: 409,
  ERR_PAYLOAD_TOO_LARGE: 413,
  ERR_CONFIGURATION: 422,
  ERR_PAYLOAD: 422,
  ERR_ARGUMENTS: 422,
  ERR_RATE_LIMIT: 429,
  ERR_QUEUE_FULL: 429,
  ERR_CAPABILITY: 501,
  ERR_STORE_UNAVAILABLE: 503,
  ERR_STORE_FULL: 503,
  ERR_STORE_FILE: 503,
  ERR_CLOSED: 503,
  ERR_SEND_TIMEOUT: 504,
};

/** What a caller is told to wait where an error does not say: the store is looked at again soon. */
const RETRY_SECONDS = 2;

/** The answer to a request that failed, and its headers. What happened inside stays inside. */
export function problemOf(error: unknown): { problem: Problem; headers: Readonly<Record<string, string>> } {
  const known = error instanceof MillraceError ? error : undefined;
  const { status: own, retryAfterSeconds, ...details } = known?.details ?? {};
  const status = typeof own === "number" ? own : ((known && STATUS[known.code]) ?? 500);
  const inside = status >= 500 && status !== 501;
  const code = known !== undefined && (!inside || STATUS[known.code] !== undefined) ? known.code : undefined;
  return {
    problem: {
      type: code === undefined ? "about:blank" : `/docs#${code}`,
      title: code === undefined ? "Something unexpected happened in the gateway." : ERROR_CODES[code].meaning,
      status,
      // A message from inside may name files and hosts.
      detail: known === undefined || code === undefined || inside ? "The gateway's log says more." : known.message,
      code: code ?? "ERR_UNEXPECTED",
      retryable: known?.retryable ?? false,
      ...(inside || Object.keys(details).length === 0 ? {} : { details: toNotation(details) }),
    },
    headers: {
      ...(status === 401 ? { "www-authenticate": 'Bearer realm="millrace"' } : {}),
      ...(status === 429 || status === 503
        ? { "retry-after": String(Number(retryAfterSeconds ?? RETRY_SECONDS)) }
        : {}),
    },
  };
}
