import { RequestInvalidError } from "../errors/index.ts";

/** An error for a request that is answered with this status. */
export function refused(
  status: number,
  message: string,
  details: Readonly<Record<string, unknown>> = {},
): RequestInvalidError {
  return new RequestInvalidError(message, { details: { ...details, status } });
}
