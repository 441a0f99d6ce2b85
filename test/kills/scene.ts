import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Millrace } from "../../src/index.ts";
import type { Place, PlaceKind } from "../processes/places.ts";
import { Program } from "../processes/program.ts";

const silent = (): void => {};

/** What a task or a producer left in a ledger. */
export interface Entry {
  readonly id: string;
  readonly what?: string;
  readonly attempt?: number;
  readonly crashes?: number;
  readonly pid?: number;
  readonly at?: number;
  readonly round?: number;
}

/** One test's place, folder, programs and app; everything is gone when it is disposed. */
export class Scene implements AsyncDisposable {
  readonly folder: string;
  readonly app: Millrace;
  readonly #place: Place;
  readonly #programs: Program[] = [];

  private constructor(folder: string, place: Place) {
    this.folder = folder;
    this.#place = place;
    this.app = new Millrace({
      store: place.store,
      logger: { debug: silent, info: silent, warn: silent, error: silent },
    });
  }

  static async make(kind: PlaceKind): Promise<Scene> {
    return new Scene(await mkdtemp(join(tmpdir(), "millrace-kills-")), await kind.open());
  }

  /** The URL of its store. */
  get url(): string {
    return this.#place.store;
  }

  run(name: string, wish: object = {}): Program {
    const entry = new URL(`./programs/${name}.ts`, import.meta.url);
    const program = new Program(entry, [this.folder, JSON.stringify({ store: this.url, ...wish })]);
    this.#programs.push(program);
    return program;
  }

  /** Starts a worker and waits until it reserves jobs. */
  async worker(wish: object = {}): Promise<Program> {
    const worker = this.run("worker", wish);
    await worker.said(/^ready/);
    return worker;
  }

  /** What is in a ledger; a last line that a kill cut off is not an entry. */
  ledger(name: string): Entry[] {
    const path = join(this.folder, `${name}.ledger`);
    if (!existsSync(path)) return [];
    return readFileSync(path, "utf8")
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Entry);
  }

  /** Waits for a change that no event tells of, such as another process's line in a ledger. */
  async until(what: string, isSo: () => boolean | Promise<boolean>, limitMs = 15_000): Promise<void> {
    const until = performance.now() + limitMs;
    while (!(await isSo())) {
      if (performance.now() > until) throw new Error(`not within ${limitMs} ms: ${what}`);
      await sleep(10);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const program of this.#programs) await program.kill();
    await this.app.close();
    await this.#place[Symbol.asyncDispose]();
    await rm(this.folder, { recursive: true });
  }
}
