/*
 * millrace/testing: for tests of apps that use Millrace, and of drivers made for it.
 * Here: an app in memory, a clock to hold, the conformance suites. Not here: anything that production loads.
 */
export {
  type Check,
  type Harness,
  type Offer,
  type Opened,
  backendChecks,
  brokerChecks,
  storeChecks,
} from "./conformance/index.ts";
export { FakeClock } from "./fake-clock.ts";
export { type TestApp, type TestAppOptions, testApp } from "./test-app.ts";
