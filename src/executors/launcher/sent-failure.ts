import {
  ArgumentsError,
  CapabilityError,
  type ErrorCode,
  ExecutableError,
  MillraceError,
  type MillraceErrorOptions,
} from "../../errors/index.ts";

/** Why a program could not be started: data, since no class survives the way between processes. */
export interface SentFailure {
  readonly message: string;
  readonly code?: ErrorCode;
  readonly details?: Readonly<Record<string, unknown>>;
}

const CLASSES: Partial<Record<ErrorCode, new (message: string, options: MillraceErrorOptions) => MillraceError>> = {
  ERR_ARGUMENTS: ArgumentsError,
  ERR_CAPABILITY: CapabilityError,
  ERR_EXECUTABLE: ExecutableError,
};

export function sentFailure(error: unknown): SentFailure {
  if (error instanceof MillraceError) return { message: error.message, code: error.code, details: error.details };
  return { message: error instanceof Error ? error.message : String(error) };
}

export function receivedFailure({ message, code, details = {} }: SentFailure): Error {
  const Class = code === undefined ? undefined : CLASSES[code];
  return Class === undefined ? new Error(message) : new Class(message, { details });
}
