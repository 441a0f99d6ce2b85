import { expect, test } from "vitest";
import { shown } from "./shown.ts";

test("a value is shown as it is written, and only the beginning of a long one", () => {
  expect([shown("a\n"), shown(7n), shown(null)]).toEqual(['"a\\n"', "7", "null"]);
  expect(shown("x".repeat(200))).toBe(`"${"x".repeat(200)}"`);
  expect(shown("x".repeat(5_000))).toBe(`"${"x".repeat(199)}… (5000 characters)`);
  expect(shown(Array.from({ length: 500 }, () => 1)).length).toBeLessThan(250);
});

test("what cannot be made a text is shown by its type", () => {
  expect(shown(Object.create(null))).toBe("a value of type object");
});
