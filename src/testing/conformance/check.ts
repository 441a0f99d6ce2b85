/** One sentence of a contract, put to the test. Register it with any runner: `test(check.name, check.run)`. */
export interface Check {
  /** The facet and the sentence; unique in a suite. */
  readonly name: string;
  readonly facet: string;
  /** Why this check does not apply: something that the driver does not declare. */
  readonly skip?: string;
  /** Opens a driver of its own, and rejects with an `AssertionError` that says what is broken. */
  readonly run: () => Promise<void>;
}
