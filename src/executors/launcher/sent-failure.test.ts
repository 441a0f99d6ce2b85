import assert from "node:assert/strict";
import { test } from "vitest";
import { ArgumentsError, CapabilityError, ExecutableError } from "../../errors/index.ts";
import { receivedFailure, sentFailure } from "./sent-failure.ts";

test.each([ArgumentsError, CapabilityError, ExecutableError])("%o comes over as what it is", (Class) => {
  const error = new Class("no", { details: { task: "t", fault: "busy" }, cause: new Error("why") });
  const received = receivedFailure(structuredClone(sentFailure(error)));
  assert.ok(received instanceof Class);
  const { message, code, details } = received;
  assert.deepEqual([message, code, details], ["no", error.code, error.details]);
});

test("any other is a plain error with its message", () => {
  for (const thrown of [new TypeError("odd"), "odd"]) {
    const received = receivedFailure(structuredClone(sentFailure(thrown)));
    assert.deepEqual([received.constructor, received.message], [Error, "odd"]);
  }
});
