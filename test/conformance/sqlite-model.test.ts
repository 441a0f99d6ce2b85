import { expect, test } from "vitest";
import { storeModel } from "../../src/testing/conformance/store-model.ts";
import { engineHarness } from "./engine-harness.ts";

test("the SQLite engine answers as the model does", { timeout: 60_000 }, async () => {
  expect(await storeModel(engineHarness, { runs: 500, commands: 50 })).toBeUndefined();
});
