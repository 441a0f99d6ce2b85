import { ClosedError, StoreUnavailableError } from "../../errors/index.ts";
import { isUnknownScript, redisError } from "./redis-error.ts";
import type { Operation, Script } from "./scripts.ts";
import { encodeScriptCall } from "./script-call.ts";
import { type Client, type ClientParts, isCluster } from "./settings.ts";
import { Watchdog } from "./watchdog.ts";

/** Runs scripts on a server. One that the server has forgotten is sent again, unseen. */
export class Connection {
  readonly client: Client;
  readonly #scripts: Readonly<Record<Operation, Script>>;
  readonly #place: string;
  readonly #mode: string;
  readonly #Command: ClientParts["Command"];
  /** Questions that have no answer yet. */
  #asked = 0;
  #watchdog: Watchdog | undefined;
  #onQuiet: (() => void) | undefined;
  #error: unknown;
  #closed = false;

  constructor({ client, Command }: ClientParts, scripts: Readonly<Record<Operation, Script>>, place: string) {
    this.client = client;
    this.#Command = Command;
    this.#scripts = scripts;
    this.#place = place;
    this.#mode = isCluster(client) ? "cluster" : "alone";
    // Every call under way is told of a break itself; this one tells why the next cannot be made.
    client.on("error", (error: unknown) => {
      this.#error = error;
    });
  }

  /**
   * Connects, within `limitMs`; later, what is silent for so long when it is asked something is taken for dead.
   *
   * @throws StoreUnavailableError, ConfigurationError when the server cannot be reached, or refuses; with the last reason
   */
  async open(limitMs: number): Promise<void> {
    // Which of its nodes is asked, only a cluster's client knows.
    if (!isCluster(this.client)) this.#watchdog = new Watchdog(this.client, limitMs, () => this.#asked > 0);
    let timer: NodeJS.Timeout | undefined;
    try {
      await Promise.race([
        this.client.connect(),
        new Promise((_, reject) => {
          // Sentinels and clusters are asked again and again; whoever opens a store is told the first reason.
          this.client.once("error", reject);
          timer = setTimeout(() => reject(new Error(`no answer that could be understood in ${limitMs} ms`)), limitMs);
        }),
      ]);
    } catch (error) {
      this.client.disconnect();
      throw redisError(reasonOf(this.#error ?? error), this.#place);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Runs an operation on the keys that begin with `prefix`. */
  run<T>(operation: Operation, prefix: string, args: readonly string[]): Promise<T> {
    const { source, sha } = this.#scripts[operation];
    // Neither key ever exists. Two that do not, and no others, keep a script from running at either node while the slot moves
    // from one to the other: it would find some of the partition's keys, and make the rest anew.
    const keys = [prefix, `${prefix}~`];
    const evaluate = (error: unknown): Promise<unknown> => {
      if (!isUnknownScript(error)) throw error;
      return this.client.eval(source, keys.length, ...keys, this.#mode, ...args);
    };
    return this.ask(() => this.#call(sha, keys, args).catch(evaluate) as Promise<T>);
  }

  #call(sha: string, keys: readonly string[], args: readonly string[]): Promise<unknown> {
    const command = new this.#Command("evalsha", [sha, String(keys.length), ...keys], { replyEncoding: "utf8" });
    // A command is dead long before the collector sees it, and would keep alive what was sent with it. In a cluster it may be
    // written once more, to another node.
    let unsent = args;
    // The client needs the keys, to find their node; what it writes is all of it.
    command.toWritable = (): string => {
      const text = encodeScriptCall(sha, keys, this.#mode, unsent);
      if (this.#mode === "alone") unsent = [];
      return text;
    };
    return this.client.sendCommand(command) as Promise<unknown>;
  }

  /** Asks the server something; an error is one of ours. */
  async ask<T>(question: () => Promise<T>): Promise<T> {
    if (this.#closed) throw new ClosedError("the store is closed");
    if (this.client.status !== "ready") {
      throw redisError(this.#error ?? new StoreUnavailableError(`${this.#place} is not connected`), this.#place);
    }
    this.#asked += 1;
    this.#watchdog?.watch();
    try {
      return await question();
    } catch (error) {
      throw redisError(error, this.#place);
    } finally {
      this.#asked -= 1;
      if (this.#asked === 0) this.#onQuiet?.();
    }
  }

  /** Lets what is under way finish, then hangs up. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#asked > 0) {
      await new Promise<void>((resolve) => {
        this.#onQuiet = resolve;
      });
    }
    this.client.disconnect();
  }
}

/** A cluster's client tells that all nodes failed; why the last of them did is more to the point. */
function reasonOf(error: unknown): unknown {
  const last: unknown = typeof error === "object" && error !== null ? Reflect.get(error, "lastNodeError") : undefined;
  return last ?? error;
}
