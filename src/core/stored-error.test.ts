import assert from "node:assert/strict";
import { test } from "vitest";
import * as errors from "../errors/index.ts";
import { decodeError, encodeError, revivedError, storedError } from "./stored-error.ts";

const back = (thrown: unknown): Error => revivedError(decodeError(encodeError(thrown)));

test("an error keeps its name, message, stack, code and causes", () => {
  const cause = Object.assign(new RangeError("why"), { code: 42 });
  const error = Object.assign(new TypeError("what", { cause }), { code: "EWHAT" });
  const revived = back(error);
  assert.ok(revived instanceof Error);
  assert.deepEqual(
    [revived.name, revived.message, revived.stack, Reflect.get(revived, "code")],
    ["TypeError", "what", error.stack, "EWHAT"],
  );
  assert.ok(revived.cause instanceof Error);
  assert.deepEqual(
    [revived.cause.name, revived.cause.message, Reflect.get(revived.cause, "code")],
    ["RangeError", "why", "42"],
  );
});

test("Millrace's own errors are their class again", () => {
  for (const { name } of Object.values(errors.ERROR_CODES)) {
    if (name === "PartialSendError") continue;
    const error = new errors[name]("text", { cause: new Error("why"), details: { id: 1 } });
    const revived = back(error);
    assert.ok(revived instanceof errors[name], name);
    assert.equal(revived.message, "text");
    assert.equal(revived.retryable, error.retryable);
    assert.equal((revived.cause as Error).message, "why");
  }
  const partial = back(new errors.PartialSendError("some", [{ id: "a" }]));
  assert.deepEqual([partial.name, partial.message], ["PartialSendError", "some"]);
});

test.each([
  [undefined, /^undefined was thrown/],
  [null, /^null was thrown/],
  ["text", /text/],
  ["", /""/],
  [0, /^0 was thrown/],
  [5n, /^5n? was thrown/],
  [Symbol("s"), /Symbol\(s\)|symbol/],
  [{ a: 1 }, /\{.*a.*1.*\}/],
  [() => 1, /function|=>/],
])("what is no error becomes the message: %o", (thrown, expected) => {
  const stored = storedError(thrown);
  assert.equal(stored.name, "NonError");
  assert.match(stored.message, expected);
  assert.deepEqual(decodeError(encodeError(thrown)), stored);
});

test("what cannot be read never throws", () => {
  const no = (): never => {
    throw new Error("no");
  };
  const hostile = [
    Object.defineProperty(new Error("x"), "message", { get: no }),
    Object.defineProperty(new Error("x"), "stack", { get: no }),
    Object.defineProperty(new Error("x"), "code", { get: no }),
    Object.defineProperty(new Error("x"), "cause", { get: no }),
    Object.assign(new Error("x"), { name: { toString: no } }),
    new Proxy(new Error("x"), { get: no }),
    new Proxy({}, { get: no, getPrototypeOf: no }),
    { toJSON: no, toString: no },
    Object.create(null),
    { big: 1n },
  ];
  for (const thrown of hostile) {
    const stored = storedError(thrown);
    assert.equal(typeof stored.name, "string");
    assert.ok(stored.message.length > 0);
  }
});

test("causes that go in a circle end", () => {
  const one = new Error("one");
  const two = new Error("two", { cause: one });
  one.cause = two;
  let depth = 0;
  for (let at: unknown = storedError(one); at !== undefined; at = Reflect.get(at as object, "cause")) depth += 1;
  assert.equal(depth, 6);
  assert.ok(back(one).cause instanceof Error);
});

test("huge texts are cut, and say so", () => {
  const error = new Error("m".repeat(1_000_000));
  const stored = storedError(error);
  assert.match(stored.message, /^m{8192}… \(991808 more\)$/);
  assert.ok(encodeError(error).length < 20_000);
  assert.ok(encodeError("t".repeat(1_000_000)).length < 20_000);
});

test("a stored text is read field by field; nothing else gets through", () => {
  const stored = decodeError(
    '{"name":5,"message":{"x":1},"stack":[],"code":7,"extra":1,"__proto__":{"polluted":1},"cause":"odd"}',
  );
  assert.deepEqual(stored, { name: "Error", message: "", cause: { name: "Error", message: "" } });
  assert.deepEqual(decodeError("null"), { name: "Error", message: "" });
});

test("one of Millrace's own keeps its details: texts by their beginning and end, numbers, truth values, and nothing else", () => {
  const stderr = `BEGIN${"x".repeat(20_000)}END`;
  const error = new errors.ProcessExitError("it failed", {
    details: { exitCode: 3, stderr, core: false, nested: { a: 1 }, list: [1], gone: undefined },
  });
  const revived = back(error);
  assert.ok(revived instanceof errors.ProcessExitError);
  assert.deepEqual([revived.exitCode, revived.signal], [3, undefined]);
  assert.deepEqual(Object.keys(revived.details).toSorted(), ["core", "exitCode", "stderr"]);
  assert.match(revived.stderr, /^BEGINx+… \(\d+ more\) …x+END$/);
  assert.ok(revived.stderr.length <= 8_192);
  // Stored and read again, it does not shrink any further.
  assert.equal((back(revived) as errors.ProcessExitError).stderr, revived.stderr);
});

test("an error of somebody else's keeps no details", () => {
  assert.equal(storedError(Object.assign(new Error("x"), { details: { a: 1 } })).details, undefined);
});
