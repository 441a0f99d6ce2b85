import { expect, test } from "vitest";
import type { RecordUpdate } from "../../contracts/index.ts";
import { packUpdates } from "./packed-updates.ts";

test("an update names its texts by their place behind it, and leaves out those that it has not", () => {
  const update = {
    id: "a",
    lease: 2,
    state: "retrying",
    attempt: 1,
    crashes: 0,
    delayMs: 10,
    error: "no",
    trail: "t",
  } as RecordUpdate;
  const [json = "", ...texts] = packUpdates([update, { ...update, id: "b", state: "succeeded", result: "\ud800" }]);
  expect(texts).toEqual(["no", "t", "\ud800", "no", "t"]);
  const [first, second] = JSON.parse(json) as Record<string, unknown>[];
  // Where a script finds them: after the mode and the JSON.
  expect(first).toEqual({
    id: "a",
    lease: 2,
    state: "y",
    attempt: 1,
    crashes: 0,
    delay: 10,
    keep: -1,
    keepValue: -1,
    error: 3,
    trail: 4,
  });
  expect(second).toMatchObject({ id: "b", state: "S", value: 5, error: 6, trail: 7 });
});
