/** What the value of a setting may be, wherever it is written. */
export interface SettingKind<T> {
  /** What is allowed, as JSON Schema, for editors. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** What a text stands for, as the environment and flags have nothing else. Need not be allowed. */
  fromText(text: string): unknown;
  /**
   * The value, if it is allowed.
   *
   * @param name how the message begins
   * @throws ConfigurationError; its detail `path` says where in a value with parts
   */
  check(value: unknown, name: string): T;
}
