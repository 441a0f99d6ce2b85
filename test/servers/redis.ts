import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeCertificates } from "./certificates.ts";
import type { Reply } from "./resp.ts";
import { type RespAddress, RespConnection } from "./resp-connection.ts";
import { type ServerKind, programsOf } from "./server-programs.ts";
import { ServerProcess, withFreePort } from "./server-process.ts";

/** A kind of server that speaks the Redis protocol. */
type RedisKind = Extract<ServerKind, `redis${string}` | `valkey${string}`>;

export interface RedisOptions {
  /** Default `redis`: what the system's own release offers. */
  readonly kind?: RedisKind;
  /** The default user's password. */
  readonly password?: string;
  /** Speaks TLS and nothing else, with a certificate for these hosts; one is signed by an authority of its own. */
  readonly tls?: readonly string[];
  /** When the append-only file is synced. Default: there is none, and nothing survives the process. */
  readonly appendfsync?: "always" | "everysec" | "no";
  /** Further lines of redis.conf. */
  readonly config?: readonly string[];
  /** The program's other role, which takes fewer of the lines above. */
  readonly sentinel?: boolean;
}

interface Parts {
  readonly address: RespAddress;
  readonly folder: string;
  readonly version: string;
  readonly process: ServerProcess;
}

/** A Redis or Valkey server of the test's own, on a free loopback port, with a folder of its own. */
export class RedisServer implements AsyncDisposable {
  readonly folder: string;
  readonly version: string;
  readonly #address: RespAddress;
  readonly #process: ServerProcess;

  private constructor({ address, folder, version, process }: Parts) {
    this.folder = folder;
    this.version = version;
    this.#address = address;
    this.#process = process;
  }

  static async start(options: RedisOptions = {}): Promise<RedisServer> {
    return withFreePort((port) => RedisServer.#startAt(port, options));
  }

  static async #startAt(port: number, options: RedisOptions): Promise<RedisServer> {
    const { kind = "redis", password, tls } = options;
    const programs = await programsOf(kind);
    const folder = await mkdtemp(join(tmpdir(), "millrace-redis-"));
    try {
      const certificates = tls === undefined ? undefined : await makeCertificates(folder, tls);
      const address = { port, password, authorityFile: certificates?.authorityFile };
      const lines = [
        "bind 127.0.0.1",
        `dir ${folder}`,
        ...(certificates === undefined
          ? [`port ${address.port}`]
          : [
              "port 0",
              `tls-port ${address.port}`,
              `tls-cert-file ${certificates.certificateFile}`,
              `tls-key-file ${certificates.keyFile}`,
              `tls-ca-cert-file ${certificates.authorityFile}`,
              "tls-auth-clients no",
            ]),
        ...(options.sentinel === true ? [] : serverLines(folder, options)),
        ...(options.config ?? []),
      ];
      const file = join(folder, "server.conf");
      await writeFile(file, `${lines.join("\n")}\n`, { mode: 0o600 });
      const process = await ServerProcess.start({
        command: programs.command(kind.startsWith("valkey") ? "valkey-server" : "redis-server"),
        args: [file, ...(options.sentinel === true ? ["--sentinel"] : [])],
        folder,
        ping: async () => {
          await commandAt(address, "PING");
        },
      });
      return new RedisServer({ address, folder, version: programs.version, process });
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  get port(): number {
    return this.#address.port;
  }

  get url(): string {
    const { port, password, authorityFile } = this.#address;
    const auth = password === undefined ? "" : `:${encodeURIComponent(password)}@`;
    return `${authorityFile === undefined ? "redis" : "rediss"}://${auth}127.0.0.1:${port}`;
  }

  /** Where it listens without TCP. */
  get socketFile(): string {
    return socketIn(this.folder);
  }

  /** With TLS: the certificate that its clients have to trust. */
  get authorityFile(): string | undefined {
    return this.#address.authorityFile;
  }

  get pid(): number {
    return this.#process.pid;
  }

  get isRunning(): boolean {
    return this.#process.isRunning;
  }

  /** The end of what it has logged. */
  get log(): string {
    return this.#process.log;
  }

  /** A connection past Millrace, for what needs more than one command. */
  async connect(): Promise<RespConnection> {
    return RespConnection.open(this.#address);
  }

  /** Sends a command past Millrace. @throws ReplyError when the server replies with one */
  async command(...args: readonly (string | number | Buffer)[]): Promise<Reply> {
    return commandAt(this.#address, ...args);
  }

  /** All fields of INFO. */
  async info(): Promise<Readonly<Record<string, string>>> {
    const text = String(await this.command("INFO", "everything"));
    return Object.fromEntries([...text.matchAll(/^([^#:\r\n]+):([^\r\n]*)/gm)].map(([, key, value]) => [key, value]));
  }

  signal(name: NodeJS.Signals): void {
    this.#process.signal(name);
  }

  /** Ends it with SIGKILL: no shutdown, no last write. */
  async kill(): Promise<void> {
    await this.#process.kill();
  }

  /** Ends it in good order. */
  async stop(): Promise<void> {
    await this.#process.stop();
  }

  /** Starts it again, at the same port and with what it left in its folder. */
  async start(): Promise<void> {
    await this.#process.start();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** What a server has to be told, and a sentinel cannot. */
function serverLines(folder: string, { password, appendfsync }: RedisOptions): string[] {
  return [
    `unixsocket ${socketIn(folder)}`,
    "enable-debug-command local",
    'save ""',
    ...(appendfsync === undefined ? ["appendonly no"] : ["appendonly yes", `appendfsync ${appendfsync}`]),
    ...(password === undefined ? [] : [`requirepass ${JSON.stringify(password)}`]),
  ];
}

async function commandAt(address: RespAddress, ...args: readonly (string | number | Buffer)[]): Promise<Reply> {
  const connection = await RespConnection.open(address);
  try {
    return await connection.command(...args);
  } finally {
    connection.close();
  }
}

function socketIn(folder: string): string {
  return join(folder, "server.sock");
}
