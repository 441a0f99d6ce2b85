import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { ConfigurationError } from "../../errors/index.ts";
import { SCOPES } from "../scope.ts";
import type { TokenEntry } from "./token.ts";

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

/** A file is looked at this often for changes, at the most. */
const LOOK_MS = 1_000;

/** The tokens of a file, read again when the file changes. */
export class TokenFile {
  readonly #path: string;
  readonly #monotonic: () => number;
  #entries: ReadonlyMap<string, TokenEntry>;
  #version: string;
  #lookedAt: number;

  /** @throws ConfigurationError when the file cannot be used */
  constructor(path: string, monotonic: () => number) {
    this.#path = path;
    this.#monotonic = monotonic;
    this.#lookedAt = monotonic();
    this.#version = versionOf(path);
    this.#entries = byId(readTokens(path));
  }

  find(id: string): TokenEntry | undefined {
    this.#look();
    return this.#entries.get(id);
  }

  #look(): void {
    const now = this.#monotonic();
    if (now - this.#lookedAt < LOOK_MS) return;
    this.#lookedAt = now;
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

/** Replaces the file as a whole, so that nobody ever reads half of it. Only the owner may read it. */
export function writeTokens(path: string, tokens: readonly TokenEntry[]): void {
  const draft = `${path}.${randomBytes(4).toString("hex")}`;
  writeFileSync(draft, `${JSON.stringify({ tokens }, null, 2)}\n`, { mode: 0o600, flag: "wx" });
  renameSync(draft, path);
}

function byId(entries: readonly TokenEntry[]): ReadonlyMap<string, TokenEntry> {
  return new Map(entries.map((entry) => [entry.id, entry]));
}

function versionOf(path: string): string {
  if (!existsSync(path)) return "";
  const { ino, size, mtimeMs } = statSync(path);
  return `${ino} ${size} ${mtimeMs}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
