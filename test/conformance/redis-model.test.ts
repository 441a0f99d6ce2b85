import { describe, expect, test } from "vitest";
import { storeModel } from "../../src/testing/conformance/store-model.ts";
import { anyRedis } from "../servers/index.ts";
import { redisModelHarness } from "./redis-model-harness.ts";

const server = await anyRedis();

describe.skipIf(server === undefined)("the model", () => {
  test("Redis answers as the model does", { timeout: 300_000 }, async () => {
    expect(await storeModel(redisModelHarness(server?.url ?? ""), { runs: 500, commands: 50 })).toBeUndefined();
  });
});
