import type { SettingKey, SettingValues } from "./settings.ts";
import { SETTINGS, SETTING_KEYS } from "./settings.ts";
import type { Source } from "./source.ts";

/** A value and where it comes from. */
export interface Chosen {
  readonly value: unknown;
  readonly source: Source;
}

/** The settings in force. */
export class Configuration {
  /** The file that was read, if there is one. */
  readonly file: string | undefined;
  /** What somebody should know of it, such as a variable that stands for no setting. */
  readonly remarks: readonly string[];
  readonly #chosen: ReadonlyMap<SettingKey, Chosen>;

  constructor(chosen: ReadonlyMap<SettingKey, Chosen>, file?: string, remarks: readonly string[] = []) {
    this.#chosen = chosen;
    this.file = file;
    this.remarks = remarks;
  }

  /** The value that was given, else the fallback; `undefined` where the library decides. */
  get<K extends SettingKey>(key: K): SettingValues[K] | undefined {
    const chosen = this.#chosen.get(key);
    return chosen === undefined ? SETTINGS[key].fallback : (chosen.value as SettingValues[K]);
  }

  sourceOf(key: SettingKey): Source {
    return this.#chosen.get(key)?.source ?? { kind: "default" };
  }

  /** Those of some settings that have a value, under the names that `names` gives them. */
  pick<const M extends Readonly<Record<string, SettingKey>>>(
    names: M,
  ): { readonly [N in keyof M]?: SettingValues[M[N]] } {
    return Object.fromEntries(
      Object.entries(names).flatMap(([name, key]) => {
        const value = this.get(key);
        return value === undefined ? [] : [[name, value]];
      }),
    ) as { readonly [N in keyof M]?: SettingValues[M[N]] };
  }

  /** Every setting in the order of the table. */
  *all(): Generator<readonly [key: SettingKey, value: unknown, source: Source]> {
    for (const key of SETTING_KEYS) yield [key, this.get(key), this.sourceOf(key)];
  }
}
