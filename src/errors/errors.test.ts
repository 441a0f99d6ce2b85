import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "vitest";
import * as errors from "./index.ts";

type Row = readonly [code: errors.ErrorCode, (typeof errors.ERROR_CODES)[errors.ErrorCode]];
const TABLE = Object.entries(errors.ERROR_CODES) as unknown as readonly Row[];

function made(name: string): errors.MillraceError {
  const cause = new Error("why");
  const details = { id: "1" };
  if (name === "PartialSendError") return new errors.PartialSendError("text", [{ id: "a" }], { cause, details });
  const Class = errors[name as "ClosedError"];
  return new Class("text", { cause, details });
}

describe.each(TABLE)("%s", (code, { name, retryable, family, meaning }) => {
  test("has a class of its own, as the table says", () => {
    const error = made(name);
    assert.ok(error instanceof Error);
    assert.ok(error instanceof errors.MillraceError);
    assert.equal(error.constructor.name, name);
    assert.equal(error.name, name);
    assert.equal(error.code, code);
    assert.equal(error.retryable, retryable);
    assert.equal(error.message, "text");
    assert.equal((error.cause as Error).message, "why");
    assert.deepEqual(error.details, { id: "1" });
    assert.match(String(error.stack), new RegExp(`^${name}: text|^Error: text`));
    assert.match(code, /^ERR_[A-Z_]+$/);
    assert.ok(["configuration", "transport", "state", "payload", "task outcome"].includes(family));
    assert.match(meaning, /^[A-Z`].*\.$/);
  });
});

test("without options an error has no cause and no details", () => {
  const error = new errors.ClosedError("text");
  assert.equal("cause" in error, false);
  assert.deepEqual(error.details, {});
});

test("every class that is exported is in the table, once", () => {
  const exported = Object.entries(errors)
    .filter(([, value]) => typeof value === "function" && value !== errors.MillraceError)
    .map(([name]) => name);
  assert.deepEqual(exported.sort(), TABLE.map(([, { name }]) => name).sort());
});

test("PartialSendError holds what was accepted", () => {
  assert.deepEqual(new errors.PartialSendError("text", [{ id: "a" }, { id: "b" }]).accepted, [
    { id: "a" },
    { id: "b" },
  ]);
});

test("docs/errors.md is this table: every code, and no other", () => {
  const text = readFileSync(new URL("../../docs/errors.md", import.meta.url), "utf8");
  const rows = text
    .split("\n")
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll("\\|", "|")),
    )
    .filter(([code]) => /^`?ERR_/.test(code ?? ""))
    .map((cells) => cells.map((cell, at) => (at < 4 ? cell.replaceAll("`", "") : cell)));
  assert.deepEqual(
    rows,
    TABLE.map(([code, { name, family, retryable, meaning }]) => [
      code,
      name,
      family,
      retryable ? "yes" : "no",
      meaning,
    ]),
  );
});
