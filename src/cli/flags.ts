import { ConfigurationError } from "../errors/index.ts";
import { UsageError } from "./usage-error.ts";

/** The flags of one call, as they were typed. Names are without dashes: `run-after`. */
export class Flags {
  readonly #given: ReadonlyMap<string, readonly string[]>;
  readonly #typed: readonly string[];

  /** @param typed the whole command line, as it was typed */
  constructor(given: ReadonlyMap<string, readonly string[]>, typed: readonly string[]) {
    this.#given = given;
    this.#typed = typed;
  }

  /** The whole command line without one flag that has no value. */
  without(name: string): readonly string[] {
    return this.#typed.filter((word) => word !== `--${name}` && word !== `-${name}`);
  }

  has(name: string): boolean {
    return this.#given.has(name);
  }

  text(name: string): string | undefined {
    return this.#given.get(name)?.at(-1);
  }

  texts(name: string): readonly string[] | undefined {
    return this.#given.get(name);
  }

  /** @throws ConfigurationError when it is none; whether it fits is for the library to say */
  number(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = /^\s*$/.test(text) ? Number.NaN : Number(text);
    if (Number.isNaN(value)) throw new ConfigurationError(`--${name} must be a number, not ${JSON.stringify(text)}`);
    return value;
  }

  /** A duration or a moment: digits alone are milliseconds, the rest is for the library to read. */
  time(name: string): string | number | undefined {
    const text = this.text(name);
    return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : text;
  }

  /** @throws UsageError when both are given */
  refuseBoth(one: string, other: string): void {
    if (this.has(one) && this.has(other)) throw new UsageError(`give --${one} or --${other}, not both`);
  }
}
