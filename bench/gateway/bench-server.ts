import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";

/** A server of the bench, in a process of its own, for as long as it is in use. */
export class BenchServer implements AsyncDisposable {
  readonly url: string;
  readonly #child: ChildProcess;

  private constructor(url: string, child: ChildProcess) {
    this.url = url;
    this.#child = child;
  }

  /**
   * @param kind as server.ts lists them
   * @param server the URL of what it keeps its jobs on, where that is a server of its own
   */
  static async start(kind: string, server = ""): Promise<BenchServer> {
    const child = fork(new URL("server.ts", import.meta.url), [kind, server]);
    const died = once(child, "exit").then(([code]) => {
      throw new Error(`the server "${kind}" ended with code ${code} before it listened`);
    });
    const [{ url }] = (await Promise.race([once(child, "message"), died])) as [{ readonly url: string }];
    died.catch(() => undefined);
    return new BenchServer(url, child);
  }

  /** Its memory, bytes. */
  async memory(): Promise<number> {
    this.#child.send("memory");
    const [{ rss }] = (await once(this.#child, "message")) as [{ readonly rss: number }];
    return rss;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exit = once(this.#child, "exit");
    this.#child.disconnect();
    await exit;
  }
}
