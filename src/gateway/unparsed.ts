import { STATUS_CODES, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { PROBLEM_HEADERS } from "./answer-headers.ts";
import { problemOf } from "./problem.ts";
import { refused } from "./refused.ts";

/** Larger headers are no request. */
export const MOST_HEADER_BYTES: number = 16 * 1_024;

type Answer = readonly [status: number, detail: string];

/** By what Node's parser says of what never becomes a request. */
const ANSWERS: Readonly<Record<string, Answer>> = {
  HPE_HEADER_OVERFLOW: [431, `the headers are larger than ${MOST_HEADER_BYTES} bytes`],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, "the extensions of the body's chunks are too large"],
  ERR_HTTP_REQUEST_TIMEOUT: [408, "the request did not come in time"],
};
/** By anything else that it says. */
const UNKNOWN: Answer = [400, "this is no HTTP request"];

/** Answers what is no request with a problem document, too, and ends the connection: what comes next on it means nothing. */
export function answerUnparsed({ code = "" }: NodeJS.ErrnoException, socket: Duplex): void {
  const answer = ANSWERS[code] ?? (code.startsWith("HPE_") ? UNKNOWN : undefined);
  // Without one, it is the connection that failed, such as one that did not begin to encrypt.
  if (answer === undefined || !socket.writable || isAnswering(socket)) {
    socket.destroy();
    return;
  }
  const [status, detail] = answer;
  const body = JSON.stringify(problemOf(refused(status, detail)).problem);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "connection: close",
    ...Object.entries(PROBLEM_HEADERS).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  // Whoever keeps its own end open does not keep the connection.
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
}

/** Whoever waits for an answer, or reads one, would take another for it, or for a part of it. */
function isAnswering(socket: Duplex): boolean {
  const answer: unknown = Reflect.get(socket, "_httpMessage");
  if (!(answer instanceof ServerResponse)) return false;
  return answer.headersSent || answer.req.complete;
}
