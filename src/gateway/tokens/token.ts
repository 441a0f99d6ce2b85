import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Scope } from "../scope.ts";

/** A token as it is kept: enough to recognise it, nothing to use it by. */
export interface TokenEntry {
  /** The part of the token that names it; no secret. */
  readonly id: string;
  /** What people and the audit log call it. */
  readonly name: string;
  /** SHA-256 of the whole token, hexadecimal. The token has 256 random bits, so nothing slower is needed. */
  readonly hash: string;
  readonly scopes: readonly Scope[];
  /** The only queues it may touch; absent: all. */
  readonly queues?: readonly string[];
  readonly createdAt: string;
  readonly expiresAt?: string;
}

const FORM = /^mlr_([a-z0-9]{12})_[\w-]{43}$/;

/** A new token, and what to keep of it. The token itself is shown once and kept nowhere. */
export function newToken(
  about: Pick<TokenEntry, "name" | "scopes" | "queues" | "expiresAt">,
  now: Date = new Date(),
): { readonly token: string; readonly entry: TokenEntry } {
  const id = randomBytes(6).toString("hex");
  const token = `mlr_${id}_${randomBytes(32).toString("base64url")}`;
  return { token, entry: { id, hash: hashOf(token).toString("hex"), createdAt: now.toISOString(), ...about } };
}

/** The id in a token; `undefined` for what is none. */
export function tokenId(token: string): string | undefined {
  return FORM.exec(token)?.[1];
}

/** Whether this is the token that the entry was made of, found out in the same time whatever the answer. */
export function isToken(token: string, { hash }: Pick<TokenEntry, "hash">): boolean {
  const kept = Buffer.from(hash, "hex");
  const given = hashOf(token);
  return kept.length === given.length && timingSafeEqual(kept, given);
}

function hashOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
