import { UnauthenticatedError } from "../../errors/index.ts";
import type { Caller } from "../caller.ts";
import { type TokenEntry, isToken, tokenId } from "../tokens/token.ts";

/** Where tokens are looked up. */
export interface Tokens {
  find(id: string): TokenEntry | undefined;
}

/** Stands in for the entry of a token that does not exist, so that looking it up takes as long. */
const NOBODY = { hash: "0".repeat(64) };

/**
 * Who makes a request, by its token.
 *
 * @throws UnauthenticatedError, which does not say whether a token is unknown or wrong
 */
export function callerOf(authorization: string | undefined, tokens: Tokens, now: number): Caller {
  if (authorization === undefined) {
    throw new UnauthenticatedError("this gateway wants a token: send it as Authorization: Bearer mlr_…");
  }
  const [, token = ""] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
  const entry = tokens.find(tokenId(token) ?? "");
  const genuine = isToken(token, entry ?? NOBODY);
  if (entry === undefined || !genuine) throw new UnauthenticatedError("the token is not one of this gateway's");
  if (entry.expiresAt !== undefined && Date.parse(entry.expiresAt) <= now) {
    throw new UnauthenticatedError(`the token "${entry.name}" expired at ${entry.expiresAt}`);
  }
  return {
    name: entry.name,
    scopes: new Set(entry.scopes),
    ...(entry.queues === undefined ? {} : { queues: new Set(entry.queues) }),
  };
}
