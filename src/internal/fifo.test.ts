import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { Fifo } from "./fifo.ts";

test("behaves as an array does, over several segments", () => {
  const commands = fc.array(
    fc.record({ kind: fc.constantFrom("push", "push", "take", "unshift"), times: fc.nat({ max: 1_500 }) }),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(commands, (steps) => {
      const fifo = new Fifo<{ readonly name: number }>();
      const model: { readonly name: number }[] = [];
      let name = 0;
      for (const { kind, times } of steps) {
        for (let at = 0; at < (kind === "unshift" ? times % 3 : times); at += 1) {
          const item = { name: (name += 1) };
          if (kind === "push") {
            fifo.push(item);
            model.push(item);
          } else if (kind === "unshift") {
            fifo.unshift(item);
            model.unshift(item);
          } else {
            assert.equal(fifo.take(), model.shift());
          }
        }
        assert.deepEqual([...fifo], model);
      }
      while (model.length > 0) assert.equal(fifo.take(), model.shift());
      assert.deepEqual([fifo.take(), [...fifo]], [undefined, []]);
    }),
    { numRuns: 50 },
  );
});
