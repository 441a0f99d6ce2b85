import { setTimeout } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { HandOvers } from "./hand-overs.ts";
import { Holders } from "./holders.ts";
import { LeaseBoard, steadyMs } from "./lease-board.ts";

const REQUEST = { queues: ["mail"], tasks: ["t"], maxMs: 1, signal: new AbortController().signal };

function setting(leaseMs = 1_000) {
  const holders = new Holders("me", "{x}:", new LeaseBoard(), () => {});
  const giveBack = vi.fn<() => Promise<void>>(async () => void holders.takeUnsure());
  const handOvers = new HandOvers(holders, giveBack);
  const request = { ...REQUEST, handOver: { worker: "w", leaseMs } };
  const word = (now: number, holder = holders.handedNameOf("w", leaseMs)): string =>
    `lease ${holder} mail ${now}\nid 1\nt mail 0 - ${now} 7 1\n["body"]`.slice("lease ".length);
  handOvers.tick(50_000, steadyMs());
  return { holders, giveBack, handOvers, request, word };
}

test("a worker sleeps under a name that says what it takes, and is held to be one that may have been given something", () => {
  const { holders, handOvers } = setting();
  expect(holders.offering()).toEqual([]);
  expect(handOvers.sleeper("my worker", 1_000, ["t", "u"])).toBe("me\nme.0\n1000\n t u \nmy worker");
  expect(holders.offering()).toEqual(["me.0"]);
});

test("one that knows more tasks than can be kept with each sleep is only woken", () => {
  const { holders, handOvers } = setting();
  expect(handOvers.sleeper("w", 1_000, ["t".repeat(5_000)])).toBe("me");
  expect(holders.offering()).toEqual([]);
});

test("what is handed over is taken once, by the worker and from the queue it is for, and held from then on", () => {
  const { holders, handOvers, request, word } = setting();
  expect(handOvers.hear(word(50_010))).toBe("mail");
  expect(holders.held()).toEqual([]);
  expect(handOvers.take(REQUEST)).toEqual([]);
  expect(handOvers.take({ ...request, queues: ["images"] })).toEqual([]);
  expect(handOvers.take({ ...request, handOver: { worker: "other", leaseMs: 1_000 } })).toEqual([]);
  expect(handOvers.take(request)).toMatchObject([
    { id: "id 1", task: "t", queue: "mail", body: '["body"]', lease: 1, attempt: 1, crashes: 0, reservedAt: 50_010 },
  ]);
  expect(handOvers.take(request)).toEqual([]);
  expect(holders.held()).toEqual([{ id: "id 1", lease: 1 }]);
});

test("what comes when its lease is half over is given back, by the clock of the server and the steady one", () => {
  const { holders, handOvers, giveBack, request, word } = setting(400);
  handOvers.hear(word(50_000 - 201));
  expect(handOvers.take(request)).toEqual([]);
  expect(holders.held()).toEqual([]);
  expect(giveBack).toHaveBeenCalledOnce();
});

test("what is asked for has another holder: nothing of it is in doubt when what is handed over is", () => {
  const { holders, handOvers, request, word } = setting();
  handOvers.sleeper("w", 1_000, ["t"]);
  const asked = holders.nameOf("w", 1_000);
  const handed = holders.handedNameOf("w", 1_000);
  expect(handed).not.toBe(asked);
  handOvers.hear(word(50_010));
  handOvers.take(request);
  handOvers.deaf();
  expect(holders.nameOf("w", 1_000)).toBe(asked);
  // What it knows of it keeps, under its new name.
  expect(holders.held()).toEqual([{ id: "id 1", lease: 1 }]);
  expect(holders.nameFor({ id: "id 1", lease: 1 }, "w", 1_000)).toBe(holders.handedNameOf("w", 1_000));
  expect(holders.handedNameOf("w", 1_000)).not.toBe(handed);
  expect(holders.nameFor({ id: "id 1", lease: 1 }, "w", 2_000)).toBe(holders.nameOf("w", 2_000));
  expect(holders.nameFor({ id: "strange", lease: 1 }, "w", 1_000)).toBe(asked);
});

test("what cannot be read is given back at once, to be put aside", () => {
  const { holders, handOvers, giveBack, request } = setting();
  const holder = holders.handedNameOf("w", 1_000);
  expect(handOvers.hear(`${holder} mail 50010\nid 1\nno record`)).toBe("mail");
  expect(giveBack).toHaveBeenCalledOnce();
  expect(holders.handedNameOf("w", 1_000)).not.toBe(holder);
  expect(handOvers.take(request)).toEqual([]);
});

test("a holder that was given up takes nothing", () => {
  const { holders, handOvers, request, word } = setting();
  const old = word(50_010);
  holders.doubtNames([holders.handedNameOf("w", 1_000)]);
  handOvers.hear(old);
  expect(handOvers.take(request)).toEqual([]);
});

test("what comes right after another was taken has its own time to be taken", async () => {
  const { giveBack, handOvers, request, word } = setting();
  handOvers.hear(word(50_010));
  await setTimeout(200);
  expect(handOvers.take(request)).toHaveLength(1);
  handOvers.hear(word(50_210));
  await setTimeout(100);
  expect(giveBack).not.toHaveBeenCalled();
  expect(handOvers.take(request)).toHaveLength(1);
});

test("what nobody takes is given back", async () => {
  const { holders, handOvers, giveBack, request, word } = setting();
  const before = holders.handedNameOf("w", 1_000);
  handOvers.hear(word(50_010));
  await vi.waitFor(() => expect(giveBack).toHaveBeenCalledOnce());
  expect(holders.handedNameOf("w", 1_000)).not.toBe(before);
  expect(handOvers.take(request)).toEqual([]);
});

test("while nothing can be heard, and at the end, it is given back what may have been said to those who slept", async () => {
  const { holders, handOvers, giveBack } = setting();
  handOvers.deaf();
  expect(giveBack).not.toHaveBeenCalled();
  handOvers.sleeper("w", 1_000, ["t"]);
  handOvers.deaf();
  expect(giveBack).toHaveBeenCalledOnce();
  expect(holders.offering()).toEqual([]);
  handOvers.sleeper("w", 1_000, ["t"]);
  const name = holders.handedNameOf("w", 1_000);
  await handOvers.close();
  expect(holders.handedNameOf("w", 1_000)).not.toBe(name);
});
