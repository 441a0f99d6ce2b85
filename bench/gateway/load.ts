import { once } from "node:events";
import { type Socket, connect } from "node:net";
import { Worker } from "node:worker_threads";

/** A load on one route: bare sockets and requests made once, so that the server is what is measured. */
export class Load {
  readonly #port: number;
  readonly #request: Buffer;
  readonly #sockets: Connection[] = [];

  constructor(url: string, path: string, body: string) {
    const { port, host } = new URL(url);
    this.#port = Number(port);
    this.#request = Buffer.from(
      `POST ${path} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
  }

  async open(connections: number): Promise<void> {
    while (this.#sockets.length < connections) this.#sockets.push(await Connection.open(this.#port));
  }

  /** Requests answered in a second, each connection sending its next one when it has its answer. */
  async perSecond(ms: number): Promise<number> {
    const started = performance.now();
    let answered = 0;
    await Promise.all(
      this.#sockets.map(async (socket) => {
        while (performance.now() - started < ms) {
          await socket.ask(this.#request);
          answered += 1;
        }
      }),
    );
    return answered / ((performance.now() - started) / 1_000);
  }

  /** Milliseconds from when each request was due to its answer, at a steady rate that waits for nobody. */
  async latencies(rate: number, ms: number): Promise<number[]> {
    const late: number[] = [];
    const free = [...this.#sockets];
    const asked: Promise<void>[] = [];
    const pacer = new Worker(new URL("pacer.ts", import.meta.url), { workerData: { rate, ms } });
    pacer.on("message", (dueAt: number) => {
      // In turn, so that none is idle for long enough to be closed.
      const socket = free.shift();
      if (socket === undefined) throw new Error("no connection is free: the server is slower than the rate");
      asked.push(
        socket.ask(this.#request).then(() => {
          late.push(performance.timeOrigin + performance.now() - dueAt);
          free.push(socket);
        }),
      );
    });
    await once(pacer, "exit");
    await Promise.all(asked);
    return late;
  }

  close(): void {
    for (const socket of this.#sockets) socket.close();
  }
}

class Connection {
  readonly #socket: Socket;
  #answered: () => void = () => undefined;
  #text = "";

  static open(port: number): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, "127.0.0.1", () => resolve(new Connection(socket)));
      socket.once("error", reject);
    });
  }

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setEncoding("latin1").on("data", (text: string) => this.#take(text));
  }

  ask(request: Buffer): Promise<void> {
    return new Promise((resolve) => {
      this.#answered = resolve;
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(text: string): void {
    this.#text += text;
    const head = this.#text.indexOf("\r\n\r\n");
    if (head < 0) return;
    if (!this.#text.startsWith("HTTP/1.1 20")) throw new Error(this.#text);
    const length = /content-length: (\d+)/i.exec(this.#text)?.[1];
    const whole =
      length === undefined ? this.#text.endsWith("0\r\n\r\n") : this.#text.length >= head + 4 + Number(length);
    if (!whole) return;
    this.#text = "";
    this.#answered();
  }
}
