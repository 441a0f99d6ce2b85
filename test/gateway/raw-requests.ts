import { type Socket, connect } from "node:net";
import { onTestFinished } from "vitest";

/** A connection to a gateway, for what no well-behaved client sends. */
export class RawConnection {
  readonly socket: Socket;
  /** Everything that came back until the other end closed. */
  readonly ended: Promise<string>;
  #text = "";

  constructor(url: string) {
    this.socket = connect(Number(new URL(url).port), "127.0.0.1");
    this.socket.setEncoding("latin1").on("data", (text: string) => (this.#text += text));
    this.socket.on("error", () => undefined);
    this.ended = new Promise((resolve) => {
      this.socket.on("close", () => resolve(this.#text));
    });
    onTestFinished(() => void this.socket.destroy());
  }

  get received(): string {
    return this.#text;
  }

  write(text: string | Buffer): void {
    if (!this.socket.destroyed) this.socket.write(text);
  }
}

/** Sends bytes, ends, and gives the status of the first answer; 0 when the connection was closed without one. */
export async function rawStatus(url: string, bytes: string | Buffer): Promise<number> {
  const connection = new RawConnection(url);
  connection.write(bytes);
  connection.socket.end();
  const text = await connection.ended;
  return Number(/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1] ?? 0);
}
