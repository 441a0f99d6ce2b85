import { once } from "node:events";
import { type AddressInfo, type Server, type Socket, createServer } from "node:net";
import { type Reply, decodeReply, encodeReply } from "./resp.ts";

/** Answers one command; `write` sends bytes that are no reply to it. */
export type Answering = (command: readonly string[], write: (text: string) => void) => Reply;

/** A server that speaks the Redis protocol and is none: it answers what the test says. */
export class RespServer implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(serve: (socket: Socket) => void) {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
      socket.on("error", () => socket.destroy());
      serve(socket.setNoDelay());
    });
  }

  static async start(answer: Answering): Promise<RespServer> {
    return RespServer.raw((socket) => {
      let received: Buffer = Buffer.alloc(0);
      socket.on("data", (bytes) => {
        received = Buffer.concat([received, bytes]);
        for (;;) {
          const decoded = received.length === 0 ? undefined : decodeReply(received);
          if (decoded === undefined) return;
          received = received.subarray(decoded.end);
          const words = (decoded.reply as readonly string[]).map(String);
          socket.write(encodeReply(answer(words, (text) => socket.write(text))));
        }
      });
    });
  }

  /** One that is given each connection, to speak whatever it likes. */
  static async raw(serve: (socket: Socket) => void): Promise<RespServer> {
    const server = new RespServer(serve);
    server.#server.listen(0, "127.0.0.1");
    await once(server.#server, "listening");
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
