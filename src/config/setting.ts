import type { SettingKind } from "./setting-kind.ts";

/** One thing that can be configured: by a file, by the environment, some by a flag. */
export interface Setting<T> {
  readonly kind: SettingKind<T>;
  /** What it is, in a line: for help pages, editors and documents. */
  readonly meaning: string;
  /** What holds where nobody says anything, in words. */
  readonly otherwise: string;
  /** The value that holds then, where it is this program's to decide. */
  readonly fallback?: T;
  /** The flag that gives it, with the form of its value, as in `--grace <time>`. One without a value says `true`. */
  readonly flag?: string;
  /** The flag may be given more than once. */
  readonly isRepeatable?: true;
  /** Its value is shown to nobody. */
  readonly isSecret?: true;
}
