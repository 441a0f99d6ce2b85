import type { SettingKey } from "../config/index.ts";
import type { Flags } from "./flags.ts";

/** One command as its file declares it. */
export interface CommandDeclaration {
  /** Words and arguments, as in `status <id>`. */
  readonly usage: string;
  /** What it does, in a line. */
  readonly summary: string;
  /** Settings that have a flag here, beside those that every command has. */
  readonly settings?: readonly SettingKey[];
  /** Flags of its own: form and meaning. */
  readonly flags: readonly (readonly [form: string, meaning: string, repeatable?: "repeatable"])[];
  /** Calls and what they do. */
  readonly examples: readonly (readonly [call: string, meaning: string])[];
  /** Does it; resolves with the exit code. */
  readonly run: (words: readonly string[], flags: Flags) => Promise<number>;
}
