import { expect, test } from "vitest";
import { IndexElement, readIndexElement } from "./index-element.ts";

const elementOf = (ids: readonly string[]): IndexElement =>
  ids.reduce((element, id) => element.add(id), new IndexElement());

test("ids of any length and likeness come back from the index", () => {
  const ids = ["a", "a", "ab", "x".repeat(128), `${"x".repeat(127)}y`, "b", "~", "!", "abc1", "abc2", "abd1", "abc3"];
  expect(readIndexElement(`7${elementOf(ids).text}`)).toEqual({ base: 7, ids });
});

test("what the ids share is written once", () => {
  expect(elementOf(["job-000y", "job-000z", "job-0010", "job-0011"]).text).toBe("\n!job-000y\n(z\n'10\n(1");
});

test.each([
  [["a"], true],
  [["a", "ab", "b", "ba"], true],
  [["a", "a"], false],
  [["ab", "a"], false],
  [["b", "a"], false],
  [["a", "c", "b", "d"], false],
  [["x".repeat(100), `${"x".repeat(100)}y`], false],
])("%j: each above the one before, as far as is looked: %s", (ids, ascends) => {
  expect(elementOf(ids).ascends).toBe(ascends);
});
