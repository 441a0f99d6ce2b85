import { expect, test } from "vitest";
import { isSecretName, redacted } from "./redacted.ts";

test.each([
  ["redis://user:geheim@host:6379/0", "redis://***@host:6379/0"],
  ["cannot reach redis://:ge@he/im@host, trying again", "cannot reach redis://***@host, trying again"],
  ["postgres://host/db?password=geheim&sslmode=on", "postgres://host/db?password=***&sslmode=on"],
  ['api_key: "geheim und so", then more', "api_key: ***, then more"],
  ["Authorization: Bearer geh.eim-1", "Authorization: Bearer ***"],
  ["a//b and an e-mail a@b.example", "a//b and an e-mail a@b.example"],
  ["sqlite:./millrace.db", "sqlite:./millrace.db"],
  ["the token bucket of a queue", "the token bucket of a queue"],
])("%j is shown as %j", (text, shown) => {
  expect(redacted(text)).toBe(shown);
});

test("fields that are named like secrets are", () => {
  const names = ["password", "apiKey", "access_token", "Authorization", "clientSecret"];
  expect(names.filter(isSecretName)).toEqual(names);
  expect(["id", "task", "queue", "keep"].filter(isSecretName)).toEqual([]);
});
