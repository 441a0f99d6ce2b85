import { expect, test } from "vitest";
import type { ExchangeRequest, Settlement } from "../../contracts/index.ts";
import { type ExchangeContext, type RawExchange, packExchange, readExchange } from "./packed-exchange.ts";

const context: ExchangeContext = {
  holder: (worker, leaseMs) => `${worker}/${leaseMs}`,
  holderFor: ({ id }, worker, leaseMs) => `${worker}/${leaseMs} of ${id}`,
  turn: 7,
  isRepeated: ({ id }) => id === "again",
  indexed: true,
  sleepMs: 6_000,
  sleeper: "me",
  share: (follow) => ({ own: follow, foreign: [] }),
};

const done = (id: string, more: Partial<Settlement> = {}): Settlement => ({
  id,
  lease: 1,
  to: "succeeded",
  charged: true,
  result: "1",
  keep: { recordMs: 60, resultMs: 60 },
  ...more,
});

const asked = (request: Partial<ExchangeRequest>): ReturnType<typeof packExchange> =>
  packExchange({ worker: "w", leaseMs: 10, ...request }, context);

const raw = (given: Partial<Record<"settled" | "leases", unknown>>): RawExchange =>
  [5_000, given.settled ?? [], [], [], given.leases ?? [], [], 0, ""] as unknown as RawExchange;

test("nothing to say is three zeros", () => {
  expect(asked({}).args).toEqual(["0", "0", "0"]);
});

test("what succeeded and is kept equally long is one entry", () => {
  const { args, entries } = asked({ settle: [done("a"), done("b", { result: undefined })] });
  expect(args).toEqual(["1", "", "2", "60", "60", "a", "1", "+1", "b", "1", "-", "0", "0"]);
  expect(entries).toEqual([[0, 1]]);
});

test("a value that is not kept is not sent", () => {
  expect(asked({ settle: [done("a", { keep: { recordMs: null, resultMs: 0 } })] }).args).toContain("-");
});

test("what ends otherwise, says more, or may have been said before is an entry of its own, in order", () => {
  const settle = [
    done("a"),
    done("failed", { to: "failed", result: undefined, error: "e", trail: "t" }),
    done("again"),
    done("b"),
    done("c", { keep: { recordMs: null, resultMs: null } }),
  ];
  const { args, entries } = asked({ settle });
  expect(entries).toEqual([[0], [1], [2], [3], [4]]);
  const json = args.filter((text) => text.startsWith("{")).map((text) => JSON.parse(text) as Record<string, unknown>);
  expect(json).toMatchObject([
    { id: "failed", to: "F", error: 0, trail: 1 },
    { id: "again", to: "S", repeated: true, value: 0 },
  ]);
  expect(args.slice(args.indexOf("2"), args.indexOf("2") + 3)).toEqual(["2", "e", "t"]);
});

test("extensions and reservations come after, with who asks", () => {
  const { args } = asked({
    extend: [
      { id: "a", lease: 4, notes: "n" },
      { id: "b", lease: 5 },
    ],
    reserve: { queues: [{ name: "q", limit: 3 }], tasks: ["x", "y"], leaseMs: 20, parkMs: 30 },
  });
  expect(args).toEqual([
    ...["0", "2", "10", "a", "4", "+n", "w/10 of a", "b", "5", "-", "w/10 of b"],
    ...["1", "w/20", "7", "w", "20", "30", "6000", "me", "x y", "q", "3"],
  ]);
});

test("letters are told of the settlements that they are about; where there are none, all were applied", () => {
  const request = { worker: "w", leaseMs: 10, settle: [done("a"), done("b"), done("again"), done("c")] };
  const { entries } = packExchange(request, context);
  const { reply } = readExchange(raw({ settled: [["s", "a"], ["c"], []] }), request, entries);
  expect(reply.settled).toEqual(["stale", "applied", "cancelled", "applied"]);
});

test("a record that cannot be read is no lease, and is named", () => {
  const leases = ["q", ["a", "b"], ["add q 0 - 1 2 1\nbody", "nonsense"], []];
  const { reply, unreadable } = readExchange(raw({ leases }), { worker: "w", leaseMs: 10 }, []);
  expect(reply.leases).toMatchObject([{ id: "a", task: "add", body: "body", lease: 1, attempt: 1, reservedAt: 5_000 }]);
  expect(unreadable).toEqual(["b"]);
});
