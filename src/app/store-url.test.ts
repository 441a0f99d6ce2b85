import assert from "node:assert/strict";
import { test } from "vitest";
import { StoreUrlError } from "../errors/index.ts";
import { storeUrl } from "./store-url.ts";

test.each([
  ["memory:", { scheme: "memory", location: "", parameters: {} }],
  ["memory:shared", { scheme: "memory", location: "shared", parameters: {} }],
  ["sqlite:./a b/ü.db", { scheme: "sqlite", location: "./a b/ü.db", parameters: {} }],
  [
    "SQLite:/var/x.db?blockedLimit=5s&x=",
    { scheme: "sqlite", location: "/var/x.db", parameters: { blockedLimit: "5s", x: "" } },
  ],
  ["sqlite:C:\\jobs.db", { scheme: "sqlite", location: "C:\\jobs.db", parameters: {} }],
])("%s", (url, expected) => {
  assert.deepEqual(storeUrl(url), expected);
});

test.each([
  ["memroy:", /did you mean "memory:"/],
  ["sqlit:./x.db", /did you mean "sqlite:"/],
  ["sqlite", /needs a scheme/],
  ["./millrace.db", /needs a scheme/],
  ["", /needs a scheme/],
  [":x", /needs a scheme/],
  ["cassandra://x", /no driver "cassandra:" \(in "cassandra:\/\/x"\)\. There are http/],
])("%j says what to do", (url, expected) => {
  assert.throws(
    () => storeUrl(url),
    (error) => error instanceof StoreUrlError && expected.test(error.message),
  );
});

test.each([
  "nodb://user:geheim@host/0",
  "nodb://:geheim@host",
  "nodb://user:ge@heim@host",
  "nodb://user:ge/heim@host",
  "//user:geheim@host",
])("%s never shows its password", (url) => {
  assert.throws(
    () => storeUrl(url),
    (error) => error instanceof StoreUrlError && !/heim/.test(error.message),
  );
});
