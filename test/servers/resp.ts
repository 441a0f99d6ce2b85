/** An error that a server replied. */
export class ReplyError extends Error {
  override readonly name = "ReplyError";
}

/** A reply of a Redis server, of either version of its protocol. */
export type Reply = string | number | null | boolean | ReplyError | readonly Reply[];

/** A reply and where it ends. */
export interface Decoded {
  readonly reply: Reply;
  readonly end: number;
}

/** A command as it goes over the wire. */
export function encodeCommand(args: readonly (string | number | Buffer)[]): Buffer {
  const parts: Buffer[] = [Buffer.from(`*${args.length}\r\n`)];
  for (const arg of args) {
    const bytes = Buffer.isBuffer(arg) ? arg : Buffer.from(String(arg));
    parts.push(Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from("\r\n"));
  }
  return Buffer.concat(parts);
}

/** A reply as a server writes it. */
export function encodeReply(reply: Reply): string {
  if (reply === null) return "$-1\r\n";
  if (reply instanceof ReplyError) return `-${reply.message}\r\n`;
  if (typeof reply === "number") return `:${reply}\r\n`;
  if (typeof reply === "boolean") return `#${reply ? "t" : "f"}\r\n`;
  if (typeof reply === "string") return `$${Buffer.byteLength(reply)}\r\n${reply}\r\n`;
  return `*${reply.length}\r\n${reply.map(encodeReply).join("")}`;
}

/** Reads the reply (or command) at `start`; `undefined` while it is not complete. */
export function decodeReply(bytes: Buffer, start = 0): Decoded | undefined {
  const lineEnd = bytes.indexOf("\r\n", start);
  if (lineEnd < 0) return undefined;
  const line = bytes.toString("utf8", start + 1, lineEnd);
  const next = lineEnd + 2;
  switch (String.fromCharCode(bytes[start] ?? 0)) {
    case "+":
    case "(":
      return { reply: line, end: next };
    case "-":
      return { reply: new ReplyError(line), end: next };
    case ":":
    case ",":
      return { reply: Number(line), end: next };
    case "#":
      return { reply: line === "t", end: next };
    case "_":
      return { reply: null, end: next };
    case "$":
    case "=":
    case "!":
      return decodeBulk(bytes, next, Number(line));
    case "*":
    case "~":
    case ">":
      return decodeMany(bytes, next, Number(line));
    case "%":
      return decodeMany(bytes, next, 2 * Number(line));
    default:
      throw new Error(`not a reply of a Redis server: ${JSON.stringify(bytes.toString("latin1", start, lineEnd))}`);
  }
}

function decodeBulk(bytes: Buffer, start: number, length: number): Decoded | undefined {
  if (length < 0) return { reply: null, end: start };
  const end = start + length + 2;
  return end > bytes.length ? undefined : { reply: bytes.toString("utf8", start, end - 2), end };
}

function decodeMany(bytes: Buffer, start: number, length: number): Decoded | undefined {
  if (length < 0) return { reply: null, end: start };
  const replies: Reply[] = [];
  let end = start;
  for (let count = 0; count < length; count += 1) {
    const decoded = decodeReply(bytes, end);
    if (decoded === undefined) return undefined;
    replies.push(decoded.reply);
    ({ end } = decoded);
  }
  return { reply: replies, end };
}
