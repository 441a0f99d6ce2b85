import type { Flags } from "./flags.ts";

const DEFAULT_PATH = "./millrace-tokens.json";

/** The flag of every command that works on tokens. */
export const TOKENS_FLAG: readonly [form: string, meaning: string] = [
  "--tokens <file>",
  `The file of tokens (default: ${DEFAULT_PATH})`,
];

export function tokensPath(flags: Flags): string {
  return flags.text("tokens") ?? DEFAULT_PATH;
}
