import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { type Socket, connect } from "node:net";
import { type ConnectionOptions, connect as connectSecurely } from "node:tls";
import { type Reply, ReplyError, decodeReply, encodeCommand } from "./resp.ts";

/** Where a Redis server listens on this machine, and who asks. */
export interface RespAddress {
  readonly port: number;
  readonly password?: string | undefined;
  /** With TLS: the file of the authority's certificate. */
  readonly authorityFile?: string | undefined;
}

/** A connection to a Redis server that knows nothing of Millrace, for what tests do behind its back. */
export class RespConnection {
  /** Called with each message that is no reply. */
  onPush: (message: Reply) => void = () => undefined;
  readonly #socket: Socket;
  readonly #waiting: PromiseWithResolvers<Reply>[] = [];
  #received: Buffer = Buffer.alloc(0);
  #error: Error | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (data) => this.#receive(data));
    socket.on("close", () => this.#fail(new Error("the server closed the connection")));
    socket.on("error", (error) => this.#fail(error));
  }

  static async open({ port, password, authorityFile }: RespAddress): Promise<RespConnection> {
    const to = { host: "127.0.0.1", port };
    const socket =
      authorityFile === undefined ? connect(to) : connectSecurely({ ...to, ...(await trusting(authorityFile)) });
    await once(socket, authorityFile === undefined ? "connect" : "secureConnect");
    const connection = new RespConnection(socket.setNoDelay());
    try {
      if (password !== undefined) await connection.command("AUTH", password);
    } catch (error) {
      connection.close();
      throw error;
    }
    return connection;
  }

  get isOpen(): boolean {
    return this.#error === undefined;
  }

  /** Sends a command. @throws ReplyError when the server replies with one */
  async command(...args: readonly (string | number | Buffer)[]): Promise<Reply> {
    if (this.#error !== undefined) throw this.#error;
    const answer = Promise.withResolvers<Reply>();
    this.#waiting.push(answer);
    this.#socket.write(encodeCommand(args));
    const reply = await answer.promise;
    if (reply instanceof ReplyError) throw reply;
    return reply;
  }

  close(): void {
    this.#fail(new Error("this connection was closed"));
    this.#socket.destroy();
  }

  #receive(data: Buffer): void {
    this.#received = Buffer.concat([this.#received, data]);
    let start = 0;
    for (;;) {
      const decoded = start < this.#received.length ? decodeReply(this.#received, start) : undefined;
      if (decoded === undefined) break;
      const isPushed = this.#received[start] === ">".charCodeAt(0);
      start = decoded.end;
      if (isPushed) this.onPush(decoded.reply);
      else this.#waiting.shift()?.resolve(decoded.reply);
    }
    this.#received = this.#received.subarray(start);
  }

  #fail(error: Error): void {
    this.#error ??= error;
    for (const answer of this.#waiting.splice(0)) answer.reject(error);
  }
}

/** Trusts the authority, and does not ask for which hosts: a test may have left this one out. */
async function trusting(authorityFile: string): Promise<ConnectionOptions> {
  return { ca: await readFile(authorityFile), checkServerIdentity: () => undefined };
}
