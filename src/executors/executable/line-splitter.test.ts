import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { LineSplitter } from "./line-splitter.ts";

function split(cap: number, chunks: readonly Buffer[]): { readonly lines: string[]; readonly tooLong: number } {
  const lines: string[] = [];
  let tooLong = 0;
  const splitter = new LineSplitter(
    cap,
    (line) => lines.push(line.toString()),
    () => (tooLong += 1),
  );
  for (const chunk of chunks) {
    splitter.write(chunk);
    // What was taken in is borrowed: nothing of it may be used later.
    chunk.fill("!");
  }
  splitter.end();
  return { lines, tooLong };
}

test("lines come whole, in any pieces; the last one needs no newline", () => {
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[a-z]{0,8}$/)),
      fc.array(fc.integer({ min: 1, max: 9 })),
      (lines, sizes) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join("") + "end");
        const chunks: Buffer[] = [];
        for (let from = 0, at = 0; from < bytes.length; at += 1) {
          const size = sizes[at % Math.max(1, sizes.length)] ?? 3;
          chunks.push(Buffer.from(bytes.subarray(from, from + size)));
          from += size;
        }
        assert.deepEqual(split(100, chunks), { lines: [...lines, "end"], tooLong: 0 });
      },
    ),
  );
});

test("a line over the cap is told of once and left out; the next one is a line again", () => {
  const long = Buffer.from("x".repeat(11));
  assert.deepEqual(split(10, [Buffer.from("a\n"), long, Buffer.from("more"), Buffer.from("\nb\n")]), {
    lines: ["a", "b"],
    tooLong: 1,
  });
  assert.deepEqual(split(10, [Buffer.from(`${"y".repeat(10)}\n${"z".repeat(11)}\nc`)]), {
    lines: ["y".repeat(10), "c"],
    tooLong: 1,
  });
});
