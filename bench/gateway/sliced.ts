import { percentile } from "../reporting/statistics.ts";
import { BenchServer } from "./bench-server.ts";
import { Load } from "./load.ts";

/** Requests a second, at a steady rate. */
export const RATE = 1_000;
const SLICE_MS = 1_000;
const WARM_MS = 5_000;
const CONNECTIONS = 400;

/** A server whose latency is measured a slice at a time, in turns with others. */
export class Sliced implements AsyncDisposable {
  /** Of each slice that counts, ms. */
  readonly p99: number[] = [];
  readonly #server: BenchServer;
  readonly #load: Load;

  private constructor(server: BenchServer, load: Load) {
    this.#server = server;
    this.#load = load;
  }

  /** @param url as {@link BenchServer.start} takes it */
  static async start(kind: string, body: string, url?: string): Promise<Sliced> {
    const server = await BenchServer.start(kind, url);
    const load = new Load(server.url, "/v1/jobs", body);
    await load.open(CONNECTIONS);
    // As fast as it can, which makes it as warm as minutes of the steady rate do.
    await load.perSecond(WARM_MS);
    return new Sliced(server, load);
  }

  async measure(counts: boolean): Promise<void> {
    const late = await this.#load.latencies(RATE, SLICE_MS);
    if (counts) this.p99.push(percentile(late, 0.99));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#load.close();
    await this.#server[Symbol.asyncDispose]();
  }
}
