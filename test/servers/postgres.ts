import { execFile } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chown, cp, mkdtemp, readFile, readdir, rename, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { cacheFolder } from "./cache-folder.ts";
import { type Programs, programsOf } from "./server-programs.ts";
import { type Owner, ServerProcess, boundTo, withFreePort } from "./server-process.ts";

const run = promisify(execFile);
const USER = "millrace";

export interface PostgresOptions {
  /** Settings of postgresql.conf. */
  readonly config?: Readonly<Record<string, string>>;
}

interface Parts {
  readonly port: number;
  readonly folder: string;
  readonly version: string;
  readonly process: ServerProcess;
}

/** A PostgreSQL server of the test's own, on a free loopback port, with a folder of its own. */
export class PostgresServer implements AsyncDisposable {
  readonly port: number;
  readonly folder: string;
  readonly version: string;
  readonly #process: ServerProcess;

  private constructor({ port, folder, version, process }: Parts) {
    this.port = port;
    this.folder = folder;
    this.version = version;
    this.#process = process;
  }

  static async start(options: PostgresOptions = {}): Promise<PostgresServer> {
    return withFreePort((port) => PostgresServer.#startAt(port, options));
  }

  static async #startAt(port: number, { config = {} }: PostgresOptions): Promise<PostgresServer> {
    const programs = await programsOf("postgres");
    const owner = await ownerOfServer();
    const folder = await mkdtemp(join(tmpdir(), "millrace-postgres-"));
    try {
      const data = join(folder, "data");
      await cp(await template(programs, owner), data, { recursive: true, preserveTimestamps: true });
      await giveTo(folder, owner);
      const settings = {
        listen_addresses: "127.0.0.1",
        port: String(port),
        unix_socket_directories: folder,
        ...config,
      };
      const process = await ServerProcess.start({
        command: programs.command("postgres"),
        args: ["-D", data, ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])],
        folder,
        owner,
        ping: () => ping(port),
      });
      return new PostgresServer({ port, folder, version: programs.version, process });
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  get url(): string {
    return `postgres://${USER}@127.0.0.1:${this.port}/postgres`;
  }

  get pid(): number {
    return this.#process.pid;
  }

  get log(): string {
    return this.#process.log;
  }

  signal(name: NodeJS.Signals): void {
    this.#process.signal(name);
  }

  /** Ends it with SIGKILL; its children end by themselves. */
  async kill(): Promise<void> {
    await this.#process.kill();
  }

  /** Ends it in good order, without waiting for its clients to go. */
  async stop(): Promise<void> {
    await this.#process.stop("SIGINT");
  }

  async start(): Promise<void> {
    await this.#process.start();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // In good order, as children that outlive a kill for a moment would still write into the folder.
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** PostgreSQL refuses to run as root: then, its files and its process are those of its own user, or of nobody. */
async function ownerOfServer(): Promise<Owner | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const users = await readFile("/etc/passwd", "utf8");
  const [, uid, gid] = /^postgres:[^:]*:(\d+):(\d+):/m.exec(users) ?? /^nobody:[^:]*:(\d+):(\d+):/m.exec(users) ?? [];
  return { uid: Number(uid ?? 65_534), gid: Number(gid ?? 65_534) };
}

/** A new cluster's files. Making them takes seconds and copying them does not, so they are made once a version. */
async function template(programs: Programs, owner: Owner | undefined): Promise<string> {
  const place = join(await cacheFolder(), `postgres-template-${programs.version}`);
  if (existsSync(place)) return place;
  const folder = await mkdtemp(join(tmpdir(), "millrace-initdb-"));
  try {
    await giveTo(folder, owner);
    const data = join(folder, "data");
    const args = ["-D", data, "-U", USER, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"];
    const { file, args: first, env } = boundTo(programs.command("initdb"), owner);
    await run(file, [...first, ...args], { cwd: folder, env: { ...process.env, ...env } });
    const copy = await mkdtemp(`${place}-`);
    await cp(data, copy, { recursive: true });
    // Who comes second has made the same.
    await rename(copy, place).catch(() => rm(copy, { recursive: true, force: true }));
    return place;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function giveTo(folder: string, owner: Owner | undefined): Promise<void> {
  if (owner === undefined) return;
  await chown(folder, owner.uid, owner.gid);
  for (const entry of await readdir(folder, { recursive: true }))
    await chown(join(folder, entry), owner.uid, owner.gid);
}

/** Says hello as a client would, and resolves if it may come in. */
async function ping(port: number): Promise<void> {
  const socket = connect({ host: "127.0.0.1", port });
  try {
    await once(socket, "connect");
    const words = Buffer.from(`user\0${USER}\0database\0postgres\0\0`);
    const head = Buffer.alloc(8);
    head.writeInt32BE(words.length + head.length, 0);
    head.writeInt32BE(3 << 16, 4);
    socket.write(Buffer.concat([head, words]));
    const [answer] = (await once(socket, "data")) as [Buffer];
    if (answer.toString("latin1", 0, 1) !== "R") throw new Error(answer.toString("latin1"));
  } finally {
    socket.destroy();
  }
}
