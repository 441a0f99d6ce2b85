import { expect, test } from "vitest";
import { Beds } from "./beds.ts";

const queues = [{ name: "mail" }, { name: "images" }];

test("a wait on queues that an exchange found empty need not ask, once", () => {
  const beds = new Beds(() => true);
  beds.prepare(queues)?.(-1);
  expect(beds.take(["mail", "images"])).toBe(-1);
  expect(beds.take(["mail", "images"])).toBeUndefined();
});

test("it is told when something is due", () => {
  const beds = new Beds(() => true);
  beds.prepare(queues)?.(60_000);
  const due = beds.take(["mail"]);
  expect(due).toBeLessThanOrEqual(60_000);
  expect(due).toBeGreaterThan(0);
});

test("a word that came while the exchange was under way, or after it, has it ask", () => {
  const beds = new Beds(() => true);
  const made = beds.prepare(queues);
  beds.wake();
  made?.(-1);
  expect(beds.take(["mail"])).toBeUndefined();
  beds.prepare(queues)?.(-1);
  beds.wake();
  expect(beds.take(["mail"])).toBeUndefined();
});

test("of a queue that was not asked for, nothing is known", () => {
  const beds = new Beds(() => true);
  beds.prepare([{ name: "mail" }])?.(-1);
  expect(beds.take(["mail", "images"])).toBeUndefined();
});

test("who hears nothing is never put to sleep, and asks", () => {
  let hears = false;
  const beds = new Beds(() => hears);
  expect(beds.prepare(queues)).toBeUndefined();
  hears = true;
  beds.prepare(queues)?.(-1);
  hears = false;
  expect(beds.take(["mail"])).toBeUndefined();
});
