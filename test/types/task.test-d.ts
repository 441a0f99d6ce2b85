import { z } from "zod";
import { type JobHandle, type Task, Millrace, context, task } from "../../src/index.ts";
import { type Same, same } from "./same.ts";

const resultOf = <R>(_job: Promise<JobHandle<R>>): R => undefined as R;

const client = new Millrace().client();

// From definition to result.
const add = task("add", (a: number, b: number) => a + b);
same<Same<typeof add, Task<[a: number, b: number], number>>>();
const sum = resultOf(client.send(add, 1, 2));
same<Same<typeof sum, number>>();

const page = task("page", async (url: string): Promise<[status: number, body: string]> => [200, url], { retries: 5 });
const fetched = resultOf(client.send(page, "https://example.com"));
same<Same<typeof fetched, [status: number, body: string]>>();

const nothing = task("nothing", () => {});
const none = resultOf(client.send(nothing));
same<Same<typeof none, void>>();

const optional = task("optional", (a: string, b?: bigint, ...rest: number[]) => ({ a, b, rest }));
void client.send(optional, "a");
void client.send(optional, "a", 2n, 3, 4);

interface Order {
  readonly id: string;
  readonly lines: readonly { readonly sku: string; readonly count: bigint }[];
  readonly note?: string | null;
}
const ship = task("ship", async (order: Order) => order);
void client.send(ship, { id: "1", lines: [{ sku: "a", count: 1n }] });

// By name: anything goes in, and what comes out is said by the caller.
const named = resultOf(client.send("add", 1, 2));
same<Same<typeof named, unknown>>();
const told = resultOf(client.send<number>("add", 1, 2));
same<Same<typeof told, number>>();

// Wrong arguments.
// @ts-expect-error one is missing
void client.send(add, 1);
// @ts-expect-error one is too many
void client.send(add, 1, 2, 3);
// @ts-expect-error one is of another type
void client.send(add, 1, "2");
// @ts-expect-error an entry is of another type
void client.sendMany(add, [
  [1, 2],
  [1, "2"],
]);
// @ts-expect-error an entry is too short
void client.sendMany(add, [[1]]);
// @ts-expect-error a field is missing
void client.send(ship, { id: "1" });
void client
  .sendMany(add, [
    [1, 2],
    [3, 4],
  ])
  .then(([first]) => {
    const value = resultOf(Promise.resolve(first!));
    same<Same<typeof value, number>>();
  });

// What cannot be carried.
class Point {
  x = 1;
  norm(): number {
    return this.x;
  }
}
// @ts-expect-error a Date argument
task("date", (when: Date) => when.getTime());
// @ts-expect-error a Map within an argument
task("map", (order: { readonly lines: Map<string, number> }) => order.lines.size);
// @ts-expect-error an instance of a class, which has methods
task("class", (point: Point) => point.x);
// @ts-expect-error a function
task("function", (call: () => void) => call());
// @ts-expect-error a Date as result
task("date", () => new Date());
// @ts-expect-error a Set within a promised result
task("set", async () => ({ seen: new Set([1]) }));
// @ts-expect-error bytes as result
task("bytes", () => new Uint8Array(1));
// @ts-expect-error an instance of a class as result
task("class", () => new Point());
// @ts-expect-error a symbol as result
task("symbol", () => Symbol("s"));

// A schema: its input is sent, its output reaches the function.
const book = task("book", (who: string, when: Date) => when.getTime() + who.length, {
  args: z.tuple([z.string(), z.iso.datetime().transform((text) => new Date(text))]),
});
same<Same<typeof book, Task<[string, string], number>>>();
void client.send(book, "ann", "2030-01-31T09:00:00Z");
// @ts-expect-error the output's type is not what is sent
void client.send(book, "ann", new Date());
// @ts-expect-error the schema's output is not what the function takes
task("mismatch", (n: number) => n, { args: z.tuple([z.string()]) });

// A schema for the result: its output is the result.
const stamp = task("stamp", () => new Date(), { result: z.date().transform((date) => date.toISOString()) });
const stamped = resultOf(client.send(stamp));
same<Same<typeof stamped, string>>();
// @ts-expect-error the output cannot be carried
task("stamp", () => "now", { result: z.string().transform((text) => new Date(text)) });

// Callbacks are told of the result's type.
task("called", () => ({ total: 1n }), {
  onSuccess: (value, job) => {
    same<Same<typeof value, { total: bigint }>>();
    same<Same<typeof job.id, string>>();
  },
  onFailure: (error) => {
    same<Same<typeof error, Error>>();
  },
});
// @ts-expect-error a callback of another type
task("called", () => 1, { onSuccess: (value: string) => value });

// Options.
// @ts-expect-error there is no such option
task("typo", () => 1, { retrys: 3 });
// @ts-expect-error there is no such option
client.with({ retrys: 3 });
// @ts-expect-error nor such a backoff
client.with({ backoff: "linear" });
// @ts-expect-error nor here
void new Millrace({ stores: "memory:" });

// retry and fail never return.
export function ends(): number {
  const job = context();
  if (job.attempt > 1) return job.fail(new Error("no"));
  return job.retry(undefined, { after: "1s" });
}
