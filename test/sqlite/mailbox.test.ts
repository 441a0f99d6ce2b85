import assert from "node:assert/strict";
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { test } from "vitest";
import { Inbox, Outbox, type Posted, mailboxMemory } from "../../src/drivers/sqlite/mailbox.ts";

test("two threads that look, stop looking and sleep lose nothing and mix up nothing", { timeout: 60_000 }, async () => {
  const [there, back] = [mailboxMemory(), mailboxMemory()];
  const echo = new Worker(new URL("./mailbox-echo.ts", import.meta.url), { workerData: { there, back } });
  const outbox = new Outbox<number>(there, (posted) => echo.postMessage(posted));
  const inbox = new Inbox<number>(back);
  const count = 20_000;
  const heard: number[] = [];
  const all = new Promise<void>((resolve) => {
    echo.on("message", (posted: Posted<number>) => {
      heard.push(...inbox.take(posted));
      if (heard.length === count) resolve();
    });
  });
  for (let sent = 0; sent < count;) {
    const burst = 1 + ((sent * 7) % 5);
    for (let at = 0; at < burst && sent < count; at += 1) outbox.send((sent += 1), sent % 11 === 0 ? 100 : 1);
    if (sent % 3 === 0) {
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
  }
  await all;
  assert.deepEqual(
    heard,
    Array.from({ length: count }, (_, at) => at + 1),
  );
  echo.postMessage(undefined);
  await once(echo, "exit");
});
