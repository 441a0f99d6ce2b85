import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { CappedOutput } from "./capped-output.ts";
import type { KeptOutput } from "./kept-output.ts";

function written(cap: number, chunks: readonly Uint8Array[]): KeptOutput {
  const output = new CappedOutput(cap);
  for (const chunk of chunks) output.write(Buffer.from(chunk));
  return output.kept();
}

describe("CappedOutput", () => {
  test("up to its cap, it is what was written, in any pieces", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 10 }), (chunks) => {
        const all = Buffer.concat(chunks);
        const output = written(Math.max(1, all.length), chunks);
        assert.deepEqual(output.bytes, all);
        assert.equal(output.droppedBytes, 0);
        assert.equal(output.totalBytes, all.length);
      }),
    );
  });

  test("beyond it, it is the first and the last half of the cap, and the count of the rest", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 40 }),
        fc.array(
          fc.array(fc.integer({ min: 0x20, max: 0x7e }), { maxLength: 60 }).map((codes) => Uint8Array.from(codes)),
          { maxLength: 12 },
        ),
        (cap, chunks) => {
          const all = Buffer.concat(chunks).toString("latin1");
          fc.pre(all.length > cap);
          const output = written(cap, chunks);
          const head = Math.floor(cap / 2);
          const dropped = all.length - cap;
          assert.equal(output.droppedBytes, dropped);
          assert.equal(
            output.text(),
            `${all.slice(0, head)}\n[… ${dropped} bytes left out …]\n${all.slice(all.length - (cap - head))}`,
          );
        },
      ),
    );
  });

  test("what was text is still text when its middle is left out", () => {
    fc.assert(
      fc.property(fc.integer({ min: 8, max: 64 }), fc.string({ unit: "grapheme", minLength: 70 }), (cap, text) => {
        const output = written(cap, [Buffer.from(text.toWellFormed())]);
        assert.equal(typeof output.value(), "string");
      }),
    );
  });

  test("bytes that are no text are given as base64", () => {
    const bytes = Buffer.from([0xff, 0x00, 0x80]);
    assert.deepEqual(written(10, [bytes]).value(), { base64: bytes.toString("base64") });
  });

  test("it keeps no more than its cap, however it is written", () => {
    const output = new CappedOutput(1_000);
    for (let at = 0; at < 10_000; at += 1) output.write(Buffer.from([at & 0x7f]));
    output.write(Buffer.alloc(1_000_000, "x"));
    const kept = output.kept();
    assert.equal(kept.totalBytes, 1_010_000);
    assert.ok(kept.bytes.length < 1_100);
    assert.ok(kept.text().endsWith("x".repeat(500)));
  });
});
