import type { Presence, Present } from "../../contracts/index.ts";
import type { Partition } from "./partition.ts";

/** Who announced themselves, for as long as they said; all in one partition. */
export class PresenceBoard implements Presence {
  readonly #partition: () => Partition;

  constructor(partition: () => Partition) {
    this.#partition = partition;
  }

  async announce(name: string, about: string, liveMs: number): Promise<void> {
    await this.#partition().run("announce", [name, about, String(liveMs)]);
  }

  async leave(name: string): Promise<void> {
    await this.#partition().run("leave", [name]);
  }

  async present(): Promise<readonly Present[]> {
    const raw = await this.#partition().run<readonly string[]>("present", []);
    const present: Present[] = [];
    for (let at = 0; at < raw.length; at += 2) {
      const said = raw[at + 1] ?? "";
      const space = said.indexOf(" ");
      present.push({ name: raw[at] ?? "", about: said.slice(space + 1), seenAt: Number(said.slice(0, space)) });
    }
    return present;
  }
}
