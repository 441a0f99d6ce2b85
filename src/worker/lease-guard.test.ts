import assert from "node:assert/strict";
import { test } from "vitest";
import type { Logger, Store } from "../contracts/index.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import type { Conversation } from "./conversation.ts";
import { LeaseGuard } from "./lease-guard.ts";

const silent = (): void => {};
const leaseKeeping = { onSignal: () => silent, abandon: silent };

test.each([
  ["that other processes reach, and that does not keep leases itself, is warned of", true, {}, 1],
  ["that keeps leases itself is not", true, { leaseKeeping }, 0],
  ["that no other process reaches is not", false, {}, 0],
] as const)("a store %s", (_, shared, keeping, warnings) => {
  const warned: string[] = [];
  const logger: Logger = { debug: silent, info: silent, error: silent, warn: (message) => warned.push(message) };
  const store = { capabilities: { durable: true, shared }, ...keeping } as unknown as Store;
  const events = { onLost: silent, onCancel: silent };
  new LeaseGuard(store, {} as Conversation, { clock: new FakeClock(), logger }, 1_000, events).close();
  assert.equal(warned.length, warnings);
});
