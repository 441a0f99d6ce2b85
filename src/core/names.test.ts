import assert from "node:assert/strict";
import { test } from "vitest";
import { ConfigurationError } from "../errors/index.ts";
import { checkId, checkName, checkNamespace } from "./names.ts";

const okName: (name: unknown) => void = (name) => checkName("task", name);
const okId: (id: unknown) => void = checkId;
const okNamespace: (namespace: unknown) => void = checkNamespace;

test("names of tasks and queues", () => {
  for (const name of ["a", "9", "fetch-page", "a.b_c:d/e-f", `a${"x".repeat(127)}`]) okName(name);
  for (const name of [
    "",
    "-a",
    ".a",
    "/a",
    ":a",
    "a b",
    "a\n",
    "a\u0000",
    "ä",
    "a?",
    "../a",
    `a${"x".repeat(128)}`,
    5,
    null,
    undefined,
    ["a"],
  ])
    assert.throws(() => okName(name), ConfigurationError, String(name));
});

test("ids of the caller's own", () => {
  for (const id of ["a", "!", "~", "order/1?x=%20", "<script>", "x".repeat(128), ":end:"]) okId(id);
  for (const id of ["", " ", "a b", "a\n", "é", "\u007f", "x".repeat(129), "job:end", ":end", 5, 5n, null, undefined])
    assert.throws(() => okId(id), ConfigurationError, String(id));
});

test("namespaces", () => {
  for (const name of ["a", "0", "shop-1_x", "x".repeat(40)]) okNamespace(name);
  for (const name of ["", "A", "-a", "_a", "a.b", "a:b", "a b", "x".repeat(41), 5, null])
    assert.throws(() => okNamespace(name), ConfigurationError, String(name));
});
