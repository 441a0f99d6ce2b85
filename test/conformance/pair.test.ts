import { memory } from "../../src/drivers/memory/index.ts";
import { pair } from "../../src/pair/index.ts";
import { storeChecks } from "../../src/testing/conformance/index.ts";
import { memoryHarness } from "./memory-harness.ts";
import { registerChecks } from "./register-checks.ts";

/** Broker and backend of two memories: what holds for a store must hold for the pair. */
const memories = memoryHarness((options) =>
  pair(
    memory.broker!({ ...options, location: `${options.location}-broker` }),
    memory.backend!({ ...options, location: `${options.location}-backend` }),
  ),
);

const harness = { ...memories, offers: memories.offers.filter((offer) => offer !== "one-step") };

registerChecks("a memory broker paired with a memory backend", storeChecks(harness));
