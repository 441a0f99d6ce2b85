import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { checkName } from "../../core/index.ts";
import { ConfigurationError } from "../../errors/index.ts";
import { SCOPES, type Scope } from "../scope.ts";
import { type TokenEntry, newToken } from "./token.ts";
import { withFileLock } from "./with-file-lock.ts";

const FILE = z.strictObject({
  tokens: z.array(
    z.strictObject({
      id: z.string().regex(/^[a-z0-9]{12}$/),
      name: z.string().min(1).max(100),
      hash: z.string().regex(/^[0-9a-f]{64}$/),
      scopes: z.array(z.enum(SCOPES)).min(1),
      queues: z.array(z.string()).min(1).optional(),
      createdAt: z.iso.datetime(),
      expiresAt: z.iso.datetime().optional(),
    }),
  ),
});

/**
 * The tokens of a file, read again when the file has changed. It is looked at for every request, which takes 3 µs:
 * a token that was revoked lets nobody in once the command that revoked it has returned.
 */
export class TokenFile {
  readonly #path: string;
  #entries: ReadonlyMap<string, TokenEntry>;
  #version: string;

  /** @throws ConfigurationError when the file cannot be used */
  constructor(path: string) {
    this.#path = path;
    this.#version = versionOf(path);
    this.#entries = byId(readTokens(path));
  }

  find(id: string): TokenEntry | undefined {
    this.#look();
    return this.#entries.get(id);
  }

  #look(): void {
    try {
      const version = versionOf(this.#path);
      if (version === this.#version) return;
      this.#entries = byId(readTokens(this.#path));
      this.#version = version;
    } catch {
      // A file that cannot be read lets nobody in whom it may have revoked.
      this.#entries = new Map();
      this.#version = "";
    }
  }
}

/** @throws ConfigurationError when the file is not there, is readable by others, or holds something else */
export function readTokens(path: string): readonly TokenEntry[] {
  if (!existsSync(path)) {
    throw new ConfigurationError(
      `there is no file of tokens at ${path}. Make one: millrace token create --tokens ${path}`,
    );
  }
  if (process.platform !== "win32" && (statSync(path).mode & 0o077) !== 0) {
    throw new ConfigurationError(`${path} can be read by others. Keep it to yourself: chmod 600 ${path}`);
  }
  const file = FILE.safeParse(parsed(readFileSync(path, "utf8")));
  if (file.success) return file.data.tokens as readonly TokenEntry[];
  const [issue] = file.error.issues;
  throw new ConfigurationError(
    `${path} is no file of tokens: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}. It is written by millrace token create`,
  );
}

/** What a new token is to be. */
export interface TokenWish {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly queues?: readonly string[];
  /** It is good for this long. Default: until it is revoked. */
  readonly liveMs?: number;
}

/**
 * Makes a token and adds it to the file, which is made if it is not there.
 *
 * @throws ConfigurationError for a name that is taken, or what is no name, scope or queue
 */
export function createToken(
  path: string,
  { name, scopes, queues, liveMs }: TokenWish,
  now: number = Date.now(),
): { readonly token: string; readonly entry: TokenEntry } {
  if (!/^[\w.@-]{1,100}$/.test(name)) {
    throw new ConfigurationError(
      `${JSON.stringify(name)} is no name for a token: up to 100 letters, digits and . _ @ -`,
    );
  }
  for (const queue of queues ?? []) checkName("queue", queue);
  const wish = {
    name,
    scopes: scopes.map(scopeNamed),
    ...(queues === undefined ? {} : { queues }),
    ...(liveMs === undefined ? {} : { expiresAt: new Date(now + liveMs).toISOString() }),
  };
  return withFileLock(path, () => {
    const known = existsSync(path) ? readTokens(path) : [];
    if (known.some((entry) => entry.name === name)) {
      throw new ConfigurationError(
        `there is a token "${name}" in ${path} already: revoke it first, or take another name`,
      );
    }
    const made = newToken(wish, new Date(now));
    writeTokens(path, [...known, made.entry]);
    return made;
  });
}

/** @throws ConfigurationError when there is no token of this name */
export function revokeToken(path: string, name: string): void {
  // Where there is no such file, that is what to say, and nothing is made beside it.
  readTokens(path);
  withFileLock(path, () => {
    const known = readTokens(path);
    const left = known.filter((entry) => entry.name !== name);
    if (left.length === known.length) {
      throw new ConfigurationError(
        `there is no token ${JSON.stringify(name)} in ${path}; there are ${known.map((entry) => entry.name).join(", ")}`,
      );
    }
    writeTokens(path, left);
  });
}

function scopeNamed(text: string): Scope {
  const scope = SCOPES.find((each) => each === text.trim());
  if (scope !== undefined) return scope;
  throw new ConfigurationError(`${JSON.stringify(text)} is no scope: there are ${SCOPES.join(", ")}`);
}

/** Replaces the file as a whole, so that nobody ever reads half of it. Only the owner may read it. */
function writeTokens(path: string, tokens: readonly TokenEntry[]): void {
  const draft = `${path}.${randomBytes(4).toString("hex")}`;
  writeFileSync(draft, `${JSON.stringify({ tokens }, null, 2)}\n`, { mode: 0o600, flag: "wx" });
  renameSync(draft, path);
}

function byId(entries: readonly TokenEntry[]): ReadonlyMap<string, TokenEntry> {
  return new Map(entries.map((entry) => [entry.id, entry]));
}

function versionOf(path: string): string {
  const file = statSync(path, { throwIfNoEntry: false });
  return file === undefined ? "" : `${file.ino} ${file.size} ${file.mtimeMs}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
