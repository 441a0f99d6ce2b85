import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ServerKind, programsOf } from "./server-programs.ts";
import type { Reply } from "./resp.ts";
import { RespConnection } from "./resp-connection.ts";
import { ServerProcess, freePort } from "./server-process.ts";

/** A kind of server that speaks the Redis protocol. */
export type RedisKind = Extract<ServerKind, `redis${string}` | `valkey${string}`>;

export interface RedisOptions {
  /** Default `redis`: what the system's own release offers. */
  readonly kind?: RedisKind;
  /** Lines of redis.conf, after those that place it. */
  readonly config?: readonly string[];
  /** The default user's password. */
  readonly password?: string;
  /** What the append-only file promises. Default `no`: nothing survives the process. */
  readonly appendfsync?: "always" | "everysec" | "no";
  /** Another program than the server in its package's server role, such as a sentinel. */
  readonly sentinel?: boolean;
}

/** A Redis or Valkey server of the test's own, on a free loopback port, with a folder of its own. */
export class RedisServer implements AsyncDisposable {
  readonly port: number;
  readonly folder: string;
  readonly version: string;
  /** Where its unix socket is. */
  readonly socketPath: string;
  readonly #password: string | undefined;
  readonly #process: ServerProcess;
  #connection: RespConnection | undefined;

  private constructor(parts: {
    port: number;
    folder: string;
    version: string;
    password: string | undefined;
    process: ServerProcess;
  }) {
    this.port = parts.port;
    this.folder = parts.folder;
    this.version = parts.version;
    this.socketPath = socketIn(parts.folder);
    this.#password = parts.password;
    this.#process = parts.process;
  }

  static async start(options: RedisOptions = {}): Promise<RedisServer> {
    const { kind = "redis", config = [], password, appendfsync, sentinel = false } = options;
    const programs = await programsOf(kind);
    const folder = await mkdtemp(join(tmpdir(), "millrace-redis-"));
    const port = await freePort();
    const file = join(folder, "server.conf");
    const lines = [
      "bind 127.0.0.1",
      `port ${port}`,
      `dir ${folder}`,
      ...(sentinel
        ? []
        : [
            `unixsocket ${socketIn(folder)}`,
            'save ""',
            `appendonly ${appendfsync === undefined ? "no" : "yes"}`,
            `appendfsync ${appendfsync ?? "no"}`,
            "enable-debug-command local",
            ...(password === undefined ? [] : [`requirepass ${JSON.stringify(password)}`]),
          ]),
      ...config,
    ];
    await writeFile(file, `${lines.join("\n")}\n`);
    await chmod(file, 0o600);
    const command = programs.command(kind.startsWith("valkey") ? "valkey-server" : "redis-server");
    const ping = async (): Promise<void> => {
      const connection = await RespConnection.open({ port, password });
      try {
        await connection.command("PING");
      } finally {
        connection.close();
      }
    };
    try {
      const args = [file, ...(sentinel ? ["--sentinel"] : [])];
      const process = await ServerProcess.start({ command, args, folder, ping });
      return new RedisServer({ port, folder, version: programs.version, password, process });
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  get url(): string {
    const auth = this.#password === undefined ? "" : `:${encodeURIComponent(this.#password)}@`;
    return `redis://${auth}127.0.0.1:${this.port}`;
  }

  get pid(): number {
    return this.#process.pid;
  }

  get isRunning(): boolean {
    return this.#process.isRunning;
  }

  get log(): string {
    return this.#process.log;
  }

  /** Sends a command past Millrace. @throws ReplyError when the server replies with one */
  async command(...args: readonly (string | number | Buffer)[]): Promise<Reply> {
    this.#connection ??= await RespConnection.open({ port: this.port, password: this.#password });
    return this.#connection.command(...args);
  }

  /** Fields of INFO, all sections. */
  async info(): Promise<Readonly<Record<string, string>>> {
    const text = String(await this.command("INFO", "everything"));
    return Object.fromEntries([...text.matchAll(/^([^#:\r\n]+):([^\r\n]*)/gm)].map(([, key, value]) => [key, value]));
  }

  signal(name: NodeJS.Signals): void {
    this.#process.signal(name);
  }

  /** Ends it with SIGKILL: no shutdown, no last write. */
  async kill(): Promise<void> {
    this.#hangUp();
    await this.#process.kill();
  }

  /** Ends it in good order. */
  async stop(): Promise<void> {
    this.#hangUp();
    await this.#process.stop();
  }

  /** Starts it again at the same port, with what it left in its folder. */
  async start(): Promise<void> {
    await this.#process.start();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#hangUp();
    await this.#process.kill();
    await rm(this.folder, { recursive: true, force: true });
  }

  #hangUp(): void {
    this.#connection?.close();
    this.#connection = undefined;
  }
}

function socketIn(folder: string): string {
  return join(folder, "server.sock");
}
