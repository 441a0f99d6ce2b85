import assert from "node:assert/strict";
import { test } from "vitest";
import { CapabilityError, ConfigurationError, StoreUrlError } from "../errors/index.ts";
import { memory } from "../drivers/memory/index.ts";
import { Millrace } from "./millrace.ts";
import { storeChoice } from "./open-store.ts";
import { type MillraceOptions, appPlan } from "./options.ts";

test("the defaults", () => {
  assert.deepEqual(appPlan({}), {
    namespace: "millrace",
    durability: "full",
    token: undefined,
    run: {},
    expireAfterMs: undefined,
    sendTimeoutMs: 10_000,
    maxPayloadBytes: 1_048_576,
    codes: undefined,
    debug: false,
  });
});

test.each<[string, MillraceOptions, RegExp]>([
  ["a misspelt option", { retires: 3 } as never, /did you mean "retries"/],
  ["an option that is none", { colour: "red" } as never, /no option "colour"\. There are /],
  ["a namespace that is none", { namespace: "Shop" }, /namespace/],
  ["a durability that is none", { durability: "some" as never }, /durability/],
  ["codes that are none", { codes: "celery" as never }, /codes/],
  ["a store beside a broker", { store: "memory:", broker: "memory:" }, /not both/],
  ["a store beside a backend", { store: "memory:", backend: "memory:" }, /not both/],
  ["a backend alone", { backend: "memory:" }, /broker/],
  ["a send timeout of 0", { sendTimeout: 0 }, /sendTimeout/],
  ["a payload of 0", { maxPayloadBytes: 0 }, /maxPayloadBytes/],
  ["a payload of half a byte", { maxPayloadBytes: 0.5 }, /maxPayloadBytes/],
  ["a payload beyond what a text can be", { maxPayloadBytes: 2 ** 30 }, /maxPayloadBytes/],
  ["negative retries", { retries: -1 }, /retries/],
])("refuses %s at once", (_, options, expected) => {
  assert.throws(
    () => new Millrace(options),
    (error) => error instanceof ConfigurationError && expected.test(error.message),
  );
});

test("a store URL with a typo is refused at once, too", () => {
  assert.throws(() => new Millrace({ store: "sqllite:x" }), StoreUrlError);
  assert.throws(() => new Millrace({ broker: "memory:", backend: "x" }), StoreUrlError);
});

test("one system under both names is a store; two unnamed memories are two", () => {
  assert.equal(storeChoice({}).kind, "store");
  assert.equal(storeChoice({ broker: "sqlite:./x.db", backend: "sqlite:./x.db" }).kind, "store");
  assert.equal(storeChoice({ broker: "memory:a", backend: "memory:a" }).kind, "store");
  assert.equal(storeChoice({ broker: "memory:", backend: "memory:" }).kind, "pair");
  assert.equal(storeChoice({ broker: "memory:" }).kind, "pair");
});

test("a broker without a backend sends, and says what it cannot do", async () => {
  await using app = new Millrace({ broker: "memory:" });
  const client = app.client();
  const job = await client.send("t");
  assert.match(job.id, /^[0-9a-z]{24}$/);
  await assert.rejects(client.get(job.id), CapabilityError);
  await assert.rejects(client.cancel(job.id), CapabilityError);
  await assert.rejects(client.list(), CapabilityError);
  await assert.rejects(client.dead.list(), CapabilityError);
  await assert.rejects(job.result({ timeout: "2s" }), CapabilityError);
});

test("namespaces never meet", async () => {
  await using one = new Millrace({ store: "memory:shared-by-two", namespace: "one" });
  await using other = new Millrace({ store: "memory:shared-by-two", namespace: "other" });
  const job = await one.client().with({ id: "same" }).send("t", 1);
  assert.equal(await other.client().get(job.id), undefined);
  await other.client().with({ id: "same" }).send("t", 2);
  assert.deepEqual((await one.client().get("same"))?.args, [1]);
});

test("a store of one's own is opened and closed by the app", async () => {
  const silent = (): void => {};
  const store = memory.store!({
    location: "",
    parameters: {},
    namespace: "own",
    durability: "full",
    logger: { debug: silent, info: silent, warn: silent, error: silent },
    clock: (await import("../internal/system-clock.ts")).systemClock,
  });
  const app = new Millrace({ store });
  const job = await app.client().send("t");
  assert.equal((await store.load([job.id]))[0]?.id, job.id);
  await app.close();
  await assert.rejects(store.load([job.id]));
});
