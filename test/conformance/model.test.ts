import { expect, test } from "vitest";
import type { Store } from "../../src/contracts/index.ts";
import { storeModel } from "../../src/testing/conformance/store-model.ts";
import { altered } from "./broken/altered.ts";
import { memoryHarness } from "./memory-harness.ts";

test("the memory store answers as the model does", { timeout: 60_000 }, async () => {
  expect(await storeModel(memoryHarness(), { runs: 500, commands: 50 })).toBeUndefined();
});

test("the memory store answers as the model does while time is left alone", { timeout: 60_000 }, async () => {
  expect(await storeModel(memoryHarness(), { runs: 100, time: "runs" })).toBeUndefined();
});

test("the model notices a store that forgets to charge retries", { timeout: 60_000 }, async () => {
  const forgetful = memoryHarness((options) =>
    altered(options, (store): Partial<Store> => ({
      exchange: (request) =>
        store.exchange({
          ...request,
          settle: (request.settle ?? []).map((each) => ({ ...each, charged: each.charged && each.to !== "retrying" })),
        }),
    })),
  );
  const failure: unknown = await storeModel(forgetful, { seed: 1 }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(Error);
  expect(String((failure as Error).cause)).toMatch(/attempt/u);
});
