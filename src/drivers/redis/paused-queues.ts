import type { QueueControl } from "../../contracts/index.ts";
import type { Partition } from "./partition.ts";

/** Queues that are held, each in all partitions. */
export class PausedQueues implements QueueControl {
  readonly #partitions: () => readonly Partition[];

  constructor(partitions: () => readonly Partition[]) {
    this.#partitions = partitions;
  }

  async pause(queue: string): Promise<void> {
    await Promise.all(this.#partitions().map((partition) => partition.run("pause", [queue])));
  }

  async resume(queue: string): Promise<void> {
    await Promise.all(this.#partitions().map((partition) => partition.run("resume", [queue])));
  }

  async paused(): Promise<readonly string[]> {
    const all = await Promise.all(
      this.#partitions().map((partition) => partition.run<readonly string[]>("paused", [])),
    );
    return [...new Set(all.flat())];
  }
}
