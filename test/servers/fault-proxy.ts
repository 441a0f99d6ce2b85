import { once } from "node:events";
import { type AddressInfo, type Server, type Socket, connect, createServer } from "node:net";
import { Passage } from "./passage.ts";

/**
 * What becomes of one command: `answer`: the server never sees it, these bytes come instead of its reply · `lose`: it is
 * carried out, and the connection breaks before its reply · `cut`: and in the middle of it · `twice`: it is carried out
 * twice, as by a network that repeats itself, and answered once · `reset`: the connection breaks before it.
 */
export type Fault = { readonly answer: string } | "lose" | "cut" | "twice" | "reset";

/** Says what becomes of a command; nothing, if it returns `undefined`. */
export type FaultRule = (command: readonly string[]) => Fault | undefined;

/**
 * A way to a server of this machine that can be slow, break or fall silent. What it does to commands and replies it
 * knows of the Redis protocol; everything else it does to any.
 */
export class FaultProxy implements AsyncDisposable {
  /** How long bytes are on their way, each direction. Milliseconds. */
  latencyMs = 0;
  /** Which share of connections breaks, each at a moment of its own within its first `resetWithinMs`. */
  resetShare = 0;
  resetWithinMs = 500;
  /** Draws which; a seeded one makes a run that can be repeated. */
  random: () => number = Math.random;
  rule: FaultRule | undefined;
  /** How many connections were made to it. */
  connections = 0;
  /** How many commands met a fault of the rule. */
  faults = 0;
  readonly #target: number;
  readonly #passages = new Set<Passage>();
  #server: Server | undefined;
  #port = 0;
  #silent: "nobody" | "listeners" | "all" = "nobody";

  private constructor(target: number) {
    this.#target = target;
  }

  /** Starts a proxy at a free port, before the server at port `target`. */
  static async start(target: number): Promise<FaultProxy> {
    const proxy = new FaultProxy(target);
    await proxy.listen();
    return proxy;
  }

  get port(): number {
    return this.#port;
  }

  /** Takes connections, after `refuse`, at the same port as before. */
  async listen(): Promise<void> {
    this.#server = createServer((client) => this.#pass(client)).listen(this.#port, "127.0.0.1");
    await once(this.#server, "listening");
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Breaks all connections and refuses new ones, like a machine whose server is not running. */
  async refuse(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    server.close();
    this.reset();
    await once(server, "close");
  }

  /** Breaks all connections; new ones are taken. */
  reset(): void {
    for (const passage of this.#passages) passage.reset();
  }

  /**
   * Holds back everything in both directions and says nothing, like a network that lost the way: for all connections, or
   * for those that subscribed to something.
   */
  silence(whom: "listeners" | "all" = "all"): void {
    this.#silent = whom;
  }

  /** Delivers what was held back, as TCP does, and goes on. */
  speak(): void {
    this.#silent = "nobody";
    for (const passage of this.#passages) passage.flush();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.refuse();
  }

  #pass(client: Socket): void {
    this.connections += 1;
    const server = connect({ host: "127.0.0.1", port: this.#target, noDelay: true });
    const passage = new Passage(client.setNoDelay(), server, {
      isSilent: (isListener) => this.#silent === "all" || (isListener && this.#silent === "listeners"),
      latencyMs: () => this.latencyMs,
      faultOf: (command) => {
        const fault = this.rule?.(command);
        if (fault !== undefined) this.faults += 1;
        return fault;
      },
    });
    this.#passages.add(passage);
    const doomed = this.random() < this.resetShare;
    const timer = doomed ? setTimeout(() => passage.reset(), this.random() * this.resetWithinMs) : undefined;
    client.once("close", () => {
      clearTimeout(timer);
      this.#passages.delete(passage);
    });
  }
}
