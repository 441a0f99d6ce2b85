import { expect, test } from "vitest";
import { encodeScriptCall } from "./script-call.ts";

/** A request as a server reads it. */
function read(request: string): string[] {
  const bytes = Buffer.from(request);
  let at = 0;
  const line = (): string => {
    const end = bytes.indexOf("\r\n", at);
    const text = bytes.toString("utf8", at, end);
    at = end + 2;
    return text;
  };
  const count = Number(line().slice(1));
  const args = Array.from({ length: count }, () => {
    const length = Number(line().slice(1));
    const text = bytes.toString("utf8", at, at + length);
    at += length + 2;
    return text;
  });
  expect(at).toBe(bytes.length);
  return args;
}

test.each([
  ["nothing", []],
  ["plain texts", ["a", "", "1"]],
  ["texts of several bytes a character", ["ä", "日本", "🎈", "a\r\nb"]],
  ["texts longer than any header kept", ["x".repeat(1_023), "x".repeat(1_024), "ä".repeat(70_000)]],
])("a call with %s is read as it was written", (_, args) => {
  const request = encodeScriptCall("cafe", ["{n.0}:", "{n.0}:~"], "alone", args);
  expect(read(request)).toEqual(["EVALSHA", "cafe", "2", "{n.0}:", "{n.0}:~", "alone", ...args]);
});
