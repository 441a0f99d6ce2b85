import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { LineClipper } from "./line-clipper.ts";

describe("LineClipper", () => {
  test("each line is as it was, up to one byte more than the cap, in whatever pieces it comes", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 6 }),
        fc.array(fc.string({ unit: fc.constantFrom("a", "b", "\n"), maxLength: 20 }), { maxLength: 12 }),
        (cap, chunks) => {
          const clipper = new LineClipper(cap);
          const clipped = chunks.map((chunk) => clipper.clip(Buffer.from(chunk)).toString()).join("");
          const lines = chunks.join("").split("\n");
          assert.equal(clipped, lines.map((line) => line.slice(0, cap + 1)).join("\n"));
        },
      ),
      { numRuns: 500 },
    );
  });
});
