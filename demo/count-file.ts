import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { task } from "../src/index.ts";

/** What is counted in one file. A word is a run of bytes without white space, as `wc` has it. */
export interface FileCount {
  readonly lines: number;
  readonly words: number;
  readonly bytes: number;
  readonly sha256: string;
}

const NEWLINE = 10;
const SPACE = 32;

/** The demo's task: reads a file in pieces and counts byte by byte. */
export const countFile = task("count-file", async (path: string) => {
  const hash = createHash("sha256");
  let lines = 0;
  let words = 0;
  let bytes = 0;
  let inWord = false;
  for await (const piece of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(piece);
    bytes += piece.length;
    for (const byte of piece) {
      const isSpace = byte === SPACE || (byte >= 9 && byte <= 13);
      if (byte === NEWLINE) lines += 1;
      if (!isSpace && !inWord) words += 1;
      inWord = !isSpace;
    }
  }
  return { lines, words, bytes, sha256: hash.digest("hex") };
});
