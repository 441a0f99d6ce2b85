import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { LeaseBoard } from "./lease-board.ts";

test("every holder has a slot of its own, however many there are", () => {
  const board = new LeaseBoard();
  const slots = Array.from({ length: 10_000 }, () => board.take());
  expect(new Set(slots).size).toBe(10_000);
  for (const slot of slots) {
    board.setHeld(slot, slot + 1);
    board.setRenewedAt(slot, slot + 0.5);
  }
  board.beat();
  expect(slots.every((slot) => board.held(slot) === slot + 1 && board.renewedAt(slot) === slot + 0.5)).toBe(true);
  expect(board.beats).toBe(1);
});

test("a thread sees slots that were taken after it was given the board", async () => {
  const board = new LeaseBoard();
  const source = `
    const { parentPort, workerData } = require("node:worker_threads");
    import(workerData.module).then(({ LeaseBoard }) => {
      const board = new LeaseBoard(workerData.memory);
      parentPort.on("message", (slot) => parentPort.postMessage([board.held(slot), board.renewedAt(slot)]));
      parentPort.postMessage("ready");
    });
  `;
  const module = new URL("./lease-board.ts", import.meta.url).href;
  const thread = new Worker(source, { eval: true, workerData: { module, memory: board.memory } });
  const next = (): Promise<unknown> => new Promise((resolve) => thread.once("message", resolve));
  try {
    expect(await next()).toBe("ready");
    let slot = 0;
    while (slot < 5_000) slot = board.take();
    board.setHeld(slot, 7);
    board.setRenewedAt(slot, 1.25);
    const seen = next();
    thread.postMessage(slot);
    expect(await seen).toEqual([7, 1.25]);
  } finally {
    await thread.terminate();
  }
});
