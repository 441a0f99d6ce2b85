import { ConfigurationError, MillraceError, StoreFullError, StoreUnavailableError } from "../../errors/index.ts";

/** Error replies that say: not now, or not this node. */
const PASSING =
  /^(?:-?(?:READONLY|LOADING|BUSY|CLUSTERDOWN|MASTERDOWN|TRYAGAIN|MOVED|ASK|NOREPLICAS|UNKILLABLE|NOSCRIPT|BUSYKEY|FAILOVER)\b)/;
const REFUSED = /^-?(?:WRONGPASS|NOAUTH|NOPERM)\b|^ERR (?:AUTH|invalid password|invalid username|The user executing)/i;

/** An error of the server or of its client as one of ours, with what to do about it; `place` is the server, without secrets. */
export function redisError(error: unknown, place: string): MillraceError {
  if (error instanceof MillraceError) return error;
  const options = { cause: error };
  const text = error instanceof Error ? error.message : String(error);
  if (text.startsWith("OOM") || /\bOOM\b/.test(text) || text.startsWith("MISCONF")) {
    return new StoreFullError(
      `${place} takes no more writes (${text}). What is in it is intact; give it more memory (maxmemory) or disk, and it goes on`,
      options,
    );
  }
  if (PASSING.test(text)) return new StoreUnavailableError(`${place} cannot answer now (${text})`, options);
  if (REFUSED.test(text)) {
    return new ConfigurationError(
      `${place} refuses the user, the password or a command (${text}). Check the URL, and the rights of its user`,
      options,
    );
  }
  if (/DB index|SELECT is not allowed|invalid DB/i.test(text)) {
    return new ConfigurationError(
      `${place} has no database of this number (${text}). Give one it has, as in redis://host:6379/0`,
      options,
    );
  }
  if (text.includes("WRONGTYPE")) {
    return new ConfigurationError(
      `a key of this namespace in ${place} holds something that is not Millrace's (${text}). Choose another namespace, or remove that key`,
      options,
    );
  }
  return new StoreUnavailableError(`${place}: ${text}`, options);
}

/** Whether a server does not know the script that it was asked to run. */
export function isUnknownScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("NOSCRIPT");
}
