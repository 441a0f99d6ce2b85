import { backendChecks, brokerChecks, storeChecks } from "../../src/testing/conformance/index.ts";
import { memoryHarness } from "./memory-harness.ts";
import { registerChecks } from "./register-checks.ts";

const harness = memoryHarness();

registerChecks("memory as a store", storeChecks(harness));
registerChecks(
  "memory as a backend",
  backendChecks({ ...harness, offers: harness.offers.filter((offer) => offer !== "queue-control") }),
);
registerChecks(
  "memory as a broker",
  brokerChecks({ ...harness, offers: harness.offers.filter((offer) => offer !== "inspection") }),
);
