import { once } from "node:events";
import { type Socket, connect } from "node:net";
import { type Reply, ReplyError, decodeReply, encodeCommand } from "./resp.ts";

/** Where a Redis server listens, and who asks. */
export interface RespAddress {
  readonly port: number;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
}

/** A connection to a Redis server that knows nothing of Millrace, for what tests do behind its back. */
export class RespConnection {
  readonly #socket: Socket;
  readonly #waiting: PromiseWithResolvers<Reply>[] = [];
  #received: Buffer = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (data) => this.#receive(data));
    socket.on("close", () => this.#fail(new Error("the server closed the connection")));
    socket.on("error", (error) => this.#fail(error));
  }

  static async open({ port, user, password }: RespAddress): Promise<RespConnection> {
    const socket = connect({ host: "127.0.0.1", port, noDelay: true });
    await once(socket, "connect");
    const connection = new RespConnection(socket);
    if (password !== undefined) await connection.command("AUTH", ...(user === undefined ? [] : [user]), password);
    return connection;
  }

  /** Sends a command. @throws ReplyError when the server replies with one */
  async command(...args: readonly (string | number | Buffer)[]): Promise<Reply> {
    const answer = Promise.withResolvers<Reply>();
    this.#waiting.push(answer);
    this.#socket.write(encodeCommand(args));
    const reply = await answer.promise;
    if (reply instanceof ReplyError) throw reply;
    return reply;
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(data: Buffer): void {
    this.#received = Buffer.concat([this.#received, data]);
    let start = 0;
    for (;;) {
      const decoded = start < this.#received.length ? decodeReply(this.#received, start) : undefined;
      if (decoded === undefined) break;
      start = decoded.end;
      this.#waiting.shift()?.resolve(decoded.reply);
    }
    this.#received = this.#received.subarray(start);
  }

  #fail(error: Error): void {
    for (const answer of this.#waiting.splice(0)) answer.reject(error);
  }
}
