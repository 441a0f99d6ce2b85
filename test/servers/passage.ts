import type { Socket } from "node:net";
import type { Fault } from "./fault-proxy.ts";
import { SlowPipe } from "./slow-pipe.ts";
import { decodeReply } from "./resp.ts";

/** What holds for all passages of a proxy. */
export interface Weather {
  readonly isSilent: (isListener: boolean) => boolean;
  readonly latencyMs: () => number;
  readonly faultOf: (command: readonly string[]) => Fault | undefined;
}

/** After these, replies come that no command asked for, so that they can no longer be told apart. */
const UNCOUNTED = new Set(["SUBSCRIBE", "PSUBSCRIBE", "SSUBSCRIBE", "MONITOR", "PSYNC", "SYNC"]);

/** What the next reply is for: to be passed on as it is, or something in its place. */
type Expected = "pass" | "drop" | "lose" | "cut" | { readonly answer: string };

/** One client's connection through the proxy to the server. */
export class Passage {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #weather: Weather;
  readonly #toServer: SlowPipe;
  readonly #toClient: SlowPipe;
  readonly #expected: Expected[] = [];
  #commands: Buffer = Buffer.alloc(0);
  #replies: Buffer = Buffer.alloc(0);
  #isCounted = true;

  constructor(client: Socket, server: Socket, weather: Weather) {
    this.#client = client;
    this.#server = server;
    this.#weather = weather;
    const here = { latencyMs: weather.latencyMs, isSilent: () => weather.isSilent(!this.#isCounted) };
    this.#toServer = new SlowPipe(server, here);
    this.#toClient = new SlowPipe(client, here);
    client.on("data", (bytes) => this.#fromClient(bytes));
    server.on("data", (bytes) => this.#fromServer(bytes));
    client.on("end", () => this.#toServer.end());
    server.on("end", () => this.#toClient.end());
    for (const socket of [client, server]) socket.on("error", () => this.reset());
  }

  /** Delivers what was held back. */
  flush(): void {
    this.#toServer.flush();
    this.#toClient.flush();
  }

  /** Breaks it: both sides see a reset, and nothing that was on its way arrives. */
  reset(): void {
    this.#toServer.drop();
    this.#toClient.drop();
    this.#client.resetAndDestroy();
    this.#server.resetAndDestroy();
  }

  #fromClient(bytes: Buffer): void {
    if (!this.#isCounted) {
      this.#toServer.push(bytes);
      return;
    }
    this.#commands = Buffer.concat([this.#commands, bytes]);
    let start = 0;
    while (start < this.#commands.length && this.#isCounted) {
      const decoded = commandAt(this.#commands, start);
      if (decoded === undefined) break;
      if (decoded === "foreign") {
        this.#isCounted = false;
        break;
      }
      this.#command(decoded.words, this.#commands.subarray(start, decoded.end));
      start = decoded.end;
    }
    const rest = this.#commands.subarray(start);
    if (!this.#isCounted && rest.length > 0) this.#toServer.push(rest);
    this.#commands = this.#isCounted ? rest : Buffer.alloc(0);
  }

  #command(words: readonly string[], bytes: Buffer): void {
    const fault = this.#weather.faultOf(words);
    if (fault === "reset") {
      this.reset();
    } else if (typeof fault === "object") {
      this.#expected.push(fault);
      this.#answerWhatIsDue();
    } else {
      this.#expected.push(...expectedOf(fault));
      this.#toServer.push(fault === "twice" ? Buffer.concat([bytes, bytes]) : bytes);
    }
    if (UNCOUNTED.has(words[0]?.toUpperCase() ?? "")) this.#isCounted = false;
  }

  #fromServer(bytes: Buffer): void {
    this.#replies = Buffer.concat([this.#replies, bytes]);
    // What was asked before the connection became one of messages is still to be counted.
    while (this.#replies.length > 0 && (this.#isCounted || this.#expected.length > 0)) {
      const decoded = decodeReply(this.#replies);
      if (decoded === undefined) return;
      const reply = this.#replies.subarray(0, decoded.end);
      this.#replies = this.#replies.subarray(decoded.end);
      const isPushed = reply[0] === ">".charCodeAt(0);
      if (isPushed) this.#toClient.push(reply);
      else this.#reply(reply);
    }
    if (this.#replies.length > 0) this.#toClient.push(this.#replies);
    this.#replies = Buffer.alloc(0);
  }

  #reply(bytes: Buffer): void {
    const expected = this.#expected.shift() ?? "pass";
    if (expected === "pass") this.#toClient.push(bytes);
    if (expected === "cut") this.#toClient.push(bytes.subarray(0, Math.ceil(bytes.length / 2)));
    if (expected === "cut" || expected === "lose") this.#toClient.end("reset");
    this.#answerWhatIsDue();
  }

  /** Replies are in the order of their commands, so one in place of the server's waits for those before it. */
  #answerWhatIsDue(): void {
    for (;;) {
      const [next] = this.#expected;
      if (typeof next !== "object") return;
      this.#expected.shift();
      this.#toClient.push(Buffer.from(next.answer));
    }
  }
}

function expectedOf(fault: "lose" | "cut" | "twice" | undefined): Expected[] {
  return fault === "twice" ? ["pass", "drop"] : [fault ?? "pass"];
}

/** The command at `start`; `foreign` if these bytes are of another protocol. */
function commandAt(bytes: Buffer, start: number): { words: string[]; end: number } | "foreign" | undefined {
  if (bytes[start] !== "*".charCodeAt(0)) return "foreign";
  const decoded = decodeReply(bytes, start);
  return decoded && { words: (decoded.reply as readonly string[]).map(String), end: decoded.end };
}
