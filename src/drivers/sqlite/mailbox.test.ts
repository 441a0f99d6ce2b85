import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { Inbox, Outbox, type Posted, mailboxMemory } from "./mailbox.ts";

/** Both ends, with a port between them whose messages come when they are asked for. */
class Line {
  readonly port: Posted<unknown>[] = [];
  readonly outbox: Outbox<unknown>;
  readonly inbox: Inbox<unknown>;

  constructor(sent?: number) {
    const memory = mailboxMemory(sent);
    this.outbox = new Outbox(memory, (posted) => this.port.push(posted));
    this.inbox = new Inbox(memory, () => this.port.shift());
  }
}

test("a short message crosses in memory, and wakes who is not looking", () => {
  const { outbox, inbox, port } = new Line();
  outbox.send({ text: "naïve 😀 \ud800", none: null });
  assert.deepEqual(port, [null]);
  assert.equal(inbox.hasMore, true);
  assert.deepEqual(inbox.take(), [{ text: "naïve 😀 \ud800", none: null }]);
  assert.equal(inbox.hasMore, false);
  inbox.isLooking = true;
  port.length = 0;
  outbox.send("again");
  assert.deepEqual(port, []);
  assert.deepEqual(inbox.take(), ["again"]);
});

test("what finds no room, and what tells of many, goes through the port, in the order in which it was sent", () => {
  const { outbox, inbox, port } = new Line();
  const long = "x".repeat(70_000);
  for (const [message, rows] of [[1], [2], [long], [[4], 100], [5]] as const) outbox.send(message, rows);
  assert.deepEqual(
    port.map((posted) => typeof posted),
    ["object", "string", "string", "object", "string"],
  );
  assert.deepEqual(inbox.take(), [1, 2, long, [4], 5]);
  outbox.send(6);
  assert.deepEqual(inbox.take(), [6]);
});

test("a message that cannot be sent leaves no gap", () => {
  const { outbox, inbox } = new Line();
  assert.throws(() => outbox.send(1n), TypeError);
  outbox.send("next");
  assert.deepEqual(inbox.take(), ["next"]);
});

test("numbers begin again after the last of 32 bits", () => {
  const { outbox, inbox } = new Line(2 ** 31 - 3);
  for (let at = 0; at < 6; at += 1) {
    outbox.send(at);
    outbox.send(-at, 100);
    assert.deepEqual(inbox.take(), [at, -at]);
    assert.equal(inbox.hasMore, false);
  }
});

test("whatever comes first, all come once and in order, to a reader whose port tells by itself", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom("send", "take", "arrive"), fc.constantFrom(0, 1, 100))), (steps) => {
      const memory = mailboxMemory();
      const port: Posted<number>[] = [];
      const outbox = new Outbox<number>(memory, (posted) => port.push(posted));
      const inbox = new Inbox<number>(memory);
      const taken: number[] = [];
      let sent = 0;
      for (const [step, rows] of steps) {
        if (step === "send") outbox.send((sent += 1), rows);
        else if (step === "take") taken.push(...inbox.take());
        else if (port.length > 0) taken.push(...inbox.take(port.shift()));
      }
      while (port.length > 0) taken.push(...inbox.take(port.shift()));
      taken.push(...inbox.take());
      assert.deepEqual(
        taken,
        Array.from({ length: sent }, (_, at) => at + 1),
      );
    }),
    { numRuns: 500 },
  );
});

test("a reader that comes late finds what was sent before", () => {
  const memory = mailboxMemory();
  const port: Posted<number>[] = [];
  const outbox = new Outbox<number>(memory, (posted) => port.push(posted));
  for (const number of [1, 2, 3]) outbox.send(number);
  const inbox = new Inbox<number>(memory, () => port.shift());
  assert.deepEqual(inbox.take(), [1, 2, 3]);
});
