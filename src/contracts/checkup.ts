/** One thing that was looked at, and how it is. */
export interface Finding {
  /** `ok`: as it should be · `note`: worth knowing · `problem`: something is stuck or unsafe, or may become so. */
  readonly status: "ok" | "note" | "problem";
  /** What was looked at, in a word or two, such as `durability`. */
  readonly subject: string;
  /** How it is, in a sentence without its full stop. */
  readonly text: string;
  /** What to do about it. */
  readonly advice?: string;
  /** Present where the system itself can put it right: whether that was done in this look. */
  readonly fixed?: boolean;
}

/** Optional: telling how the system itself is, for people who look after it. May take seconds; nothing depends on it. */
export interface Checkup {
  /**
   * Looks at what only the driver knows: version, durability in force, room, clock, what is stuck. With `fix`, puts right
   * what can be without losing anything, and says so. Rejects only where the system cannot be reached.
   */
  look(fix: boolean): Promise<readonly Finding[]>;
}
