import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate } from "node:zlib";
import { exactNumber, fromNotation } from "../../core/index.ts";
import { refused } from "../refused.ts";
import { type JsonBounds, jsonExtent } from "./json-bounds.ts";

/**
 * Payloads may be nested 500 deep, within the arguments of a job within a list of jobs. The time that a whole number takes
 * grows with the square of its digits: one of 8 MB would hold up everything else for twenty seconds.
 */
const BOUNDS: JsonBounds = { depth: 506, count: 1_000_000, digits: 10_000 };

const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json[ \t]*(?:;|$)/i;
const CHARSET = /;[ \t]*charset="?([\w-]+)/i;

const DECODERS = new Map([
  ["gzip", promisify(gunzip)],
  ["x-gzip", promisify(gunzip)],
  ["deflate", promisify(inflate)],
  ["br", promisify(brotliDecompress)],
]);

const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Checks that a request says its body is JSON. Other types can be sent by any page in a browser, JSON only by one that
 * was asked first.
 *
 * @throws RequestInvalidError
 */
export function demandJson(headers: Headers): void {
  const type = headers.get("content-type") ?? "";
  if (!JSON_TYPE.test(type)) {
    throw refused(415, `the content type must be application/json${type === "" ? ", and there is none" : ""}`);
  }
  const charset = CHARSET.exec(type)?.[1]?.toLowerCase();
  if (charset !== undefined && charset !== "utf-8" && charset !== "utf8") {
    throw refused(415, "the charset of JSON is utf-8");
  }
}

/**
 * Reads a body as JSON: never more than `maxBytes` of it, packed or unpacked, and nothing of it before it was measured.
 *
 * @throws RequestInvalidError
 */
export async function jsonBody(request: Request, maxBytes: number): Promise<unknown> {
  const encoding = request.headers.get("content-encoding")?.trim().toLowerCase() ?? "identity";
  const decoder = DECODERS.get(encoding);
  if (decoder === undefined && encoding !== "identity") {
    throw refused(415, `a body may be packed as ${[...DECODERS.keys()].join(", ")} or not at all`);
  }
  const packed = await bytesOf(request, maxBytes);
  const bytes = decoder === undefined ? packed : await unpacked(packed, decoder, maxBytes);
  const { exceeded, longNumbers, marked } = jsonExtent(bytes, BOUNDS);
  if (exceeded === "digits") throw tooLong();
  if (exceeded !== undefined) throw refused(413, `the body's ${exceeded} is above ${BOUNDS[exceeded]}`);
  try {
    const text = utf8.decode(bytes);
    const value: unknown = longNumbers ? JSON.parse(text, exactNumber) : JSON.parse(text);
    return marked ? fromNotation(value, BOUNDS.digits) : value;
  } catch (error) {
    if (error instanceof RangeError) throw tooLong();
    const why = error instanceof SyntaxError ? "JSON" : "UTF-8";
    throw refused(400, bytes.length === 0 ? "the body is empty; it must be a JSON object" : `the body is no ${why}`);
  }
}

async function bytesOf(request: Request, maxBytes: number): Promise<Uint8Array> {
  const length = request.headers.get("content-length");
  if (length !== null) {
    // A server takes no more than was announced; who calls without one may say anything.
    if (Number(length) > maxBytes) throw tooLarge(maxBytes);
    const bytes = new Uint8Array(await request.arrayBuffer());
    if (bytes.length > maxBytes) throw tooLarge(maxBytes);
    return bytes;
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (request.body === null) return new Uint8Array();
  for await (const chunk of request.body) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}

async function unpacked(
  packed: Uint8Array,
  decoder: (packed: Uint8Array, options: { readonly maxOutputLength: number }) => Promise<Uint8Array>,
  maxBytes: number,
): Promise<Uint8Array> {
  try {
    return await decoder(packed, { maxOutputLength: maxBytes });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(maxBytes);
    throw refused(400, "the body is not packed as its content encoding says");
  }
}

function tooLong(): Error {
  return refused(413, `a number of the body has more than ${BOUNDS.digits} digits`);
}

function tooLarge(maxBytes: number): Error {
  return refused(413, `the body is larger than ${maxBytes} bytes (maxBodyBytes)`);
}
