import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, test } from "vitest";
import { PayloadError, PayloadTooLargeError } from "../errors/index.ts";
import { decodeValue, encodeValue, encodeValues } from "./payload.ts";

const NO_LIMIT = Number.POSITIVE_INFINITY;
const encode = (value: unknown): string | undefined => encodeValue(value, "it", NO_LIMIT);
const there = (value: unknown): unknown => decodeValue(encode(value)!);

/** Text with what tends to go wrong: lone surrogates, U+0000, the escape's own sign. */
const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme" }),
  fc.constantFrom(
    "$",
    "$$",
    "$bigint",
    "$$bigint",
    "__proto__",
    "constructor",
    "toJSON",
    "\ud800",
    "\udc00\ud800",
    "\u0000",
    "\u2028",
  ),
);
const leaf = fc.oneof(
  text,
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.bigInt(),
  fc.boolean(),
  fc.constant(null),
);
const { value: anything } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie("value"), { maxLength: 4 }),
    fc
      .array(fc.tuple(text, tie("value")), { maxLength: 4 })
      // A `toJSON` that is no function is data like any other.
      .map((entries) => Object.fromEntries(entries)),
  ),
}));

describe("what is carried comes back exactly", () => {
  test("one value", () => {
    fc.assert(
      fc.property(anything, (value) => {
        assert.deepStrictEqual(there(value), value);
      }),
      { numRuns: 1_000 },
    );
  });

  test("a list of values", () => {
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 5 }), (values) => {
        assert.deepStrictEqual(decodeValue(encodeValues(values, "it", NO_LIMIT)), values);
      }),
      { numRuns: 500 },
    );
  });

  test("bigint of any size, beside objects that look like one", () => {
    const values = [0n, -1n, 2n ** 53n + 1n, -(10n ** 400n), { $bigint: "5" }, { $bigint: 5n }, { $bigint: "x", y: 1 }];
    assert.deepStrictEqual(there(values), values);
    assert.deepStrictEqual(there({ $$bigint: "5" }), { $$bigint: "5" });
    assert.deepStrictEqual(there("$bigint"), "$bigint");
  });

  test("a key named __proto__ stays a key, with and without escapes beside it", () => {
    for (const beside of [1, 1n]) {
      const value = JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":1}}') as Record<
        string,
        unknown
      >;
      value["beside"] = beside;
      const back = there(value) as Record<string, unknown>;
      assert.deepStrictEqual(back, value);
      assert.ok(Object.hasOwn(back, "__proto__"));
      assert.equal(Object.getPrototypeOf(back), Object.prototype);
      assert.equal(Reflect.get({}, "polluted"), undefined);
    }
  });

  test("-0, beside objects that look like it", () => {
    const values = [-0, 0, { $number: "-0" }, { $number: -0 }, { $number: "-0", y: 1 }, { a: [-0] }];
    assert.deepStrictEqual(there(values), values);
    assert.ok(Object.is(there(-0), -0));
  });

  test("objects with no prototype", () => {
    assert.deepStrictEqual(there(Object.assign(Object.create(null) as object, { a: 1 })), { a: 1 });
  });
});

describe("undefined", () => {
  test("as a value it has no text", () => assert.equal(encode(undefined), undefined));
  test("as a property it is left out, and at the end of a list", () => {
    assert.deepStrictEqual(there({ a: undefined, b: 1 }), { b: 1 });
    assert.equal(encodeValues([1, undefined, undefined], "it", NO_LIMIT), "[1]");
    assert.equal(encodeValues([undefined], "it", NO_LIMIT), "[]");
  });
  test("anywhere else it is refused, since JSON would make null of it", () => {
    assert.throws(() => encodeValues([undefined, 1], "it", NO_LIMIT), PayloadError);
    assert.throws(() => encode([undefined]), PayloadError);
    // oxlint-disable-next-line no-sparse-arrays -- a hole is what is tested
    assert.throws(() => encode([1, , 2]), PayloadError);
  });
});

describe("refused, with the path", () => {
  class Point {
    x = 1;
  }
  const refused: readonly (readonly [string, unknown])[] = [
    ["a Date", new Date()],
    ["a Map", new Map()],
    ["a Set", new Set()],
    ["an instance", new Point()],
    ["an error", new Error("x")],
    ["bytes", new Uint8Array(2)],
    ["a buffer", Buffer.from("x")],
    ["a regular expression", /x/],
    ["a promise", Promise.resolve()],
    ["a boxed number", Object(1)],
    ["a function", () => 1],
    ["a symbol", Symbol("s")],
    ["NaN", Number.NaN],
    ["infinity", Number.NEGATIVE_INFINITY],
    ["an object with a method", { toJSON: () => 1 }],
    ["an object of an odd prototype", Object.create({ inherited: 1 })],
  ];
  test.each(refused)("%s", (_, value) => {
    assert.throws(
      () => encodeValues([1, { deep: [0, value] }], "the arguments", NO_LIMIT),
      (error) =>
        error instanceof PayloadError &&
        error.message.startsWith("the arguments at [1].deep[1]") &&
        String(error.details["path"]).startsWith("[1].deep[1]"),
    );
    assert.throws(() => encode(value), PayloadError);
  });

  test("a cycle, and what is nested too deep; what is nested less comes back", () => {
    const cycle: unknown[] = [];
    cycle.push({ again: cycle });
    assert.throws(() => encode(cycle), /cyclic/);
    const nested = (depth: number): unknown => {
      let value: unknown = 1n;
      for (let level = 0; level < depth; level += 1) value = [value];
      return value;
    };
    assert.deepStrictEqual(there(nested(500)), nested(500));
    assert.throws(() => encode(nested(502)), PayloadError);
    assert.throws(() => encode(nested(100_000)), PayloadError);
  });

  test("the same object twice is no cycle", () => {
    const shared = { a: 1 };
    assert.deepStrictEqual(there([shared, shared]), [shared, shared]);
  });
});

describe("the cap is in bytes, and inclusive", () => {
  test.each([
    ["a", 1],
    ["é", 2],
    ["€", 3],
    ["\u{1f600}", 4],
    ["\u0000", 6],
    ["\ud800", 6],
  ])("%j", (letter, bytes) => {
    const value = letter.repeat(10);
    const size = 10 * bytes + 2;
    assert.ok(encodeValue(value, "it", size));
    assert.throws(
      () => encodeValue(value, "it", size - 1),
      (error) => error instanceof PayloadTooLargeError && error.details["bytes"] === size,
    );
    assert.ok(encodeValues([value], "it", size + 2));
    assert.throws(() => encodeValues([value], "it", size + 1), PayloadTooLargeError);
  });

  test("whatever the value", () => {
    fc.assert(
      fc.property(anything, (value) => {
        const size = Buffer.byteLength(encode(value)!);
        assert.equal(encodeValue(value, "it", size), encode(value));
        assert.throws(() => encodeValue(value, "it", size - 1), PayloadTooLargeError);
      }),
      { numRuns: 500 },
    );
  });

  test("what is too large for any text is refused alike", () => {
    const mebibyte = "x".repeat(2 ** 20);
    assert.throws(() => encodeValues([Array(600).fill(mebibyte)], "it", 2 ** 20), PayloadTooLargeError);
  });
});
