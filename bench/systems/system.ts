/** One queue, or bare loop, under measurement. Each instance serves one workload in a process of its own. */
export interface System {
  /** How it is driven, in a line: versions and settings that matter. */
  readonly about: string;
  open(file: string, durability: "full" | "normal"): Promise<void>;
  /** Sends jobs one after the other, each awaited. */
  sendOneByOne(count: number): Promise<void>;
  /** Sends with `concurrency` sends under way at any time. */
  sendConcurrently(count: number, concurrency: number): Promise<void>;
  /** Sends in bulks of `bulk`. */
  sendInBulk(count: number, bulk: number): Promise<void>;
  /** Jobs that wait for a far time. */
  schedule?(count: number): Promise<void>;
  /** Runs no-op jobs until `count` are done and recorded. */
  drain(count: number, concurrency: number): Promise<void>;
  close(): Promise<void>;
}

/** 100 bytes of payload. */
export const PAYLOAD = "x".repeat(100);
