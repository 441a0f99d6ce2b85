import { vi } from "vitest";

/*
 * The features once more, with a client that sees nothing of the store but its gateway: it must not notice.
 */
vi.mock("../features/settings.ts", async (importOriginal) => {
  const { GATEWAY, open, work } = await import("./behind-gateway.ts");
  return { ...(await importOriginal<object>()), SETTINGS: [GATEWAY], open, work };
});

await import("../features/tasks-and-sending.test.ts");
await import("../features/results.test.ts");
await import("../features/time.test.ts");
await import("../features/failure.test.ts");
await import("../features/running.test.ts");
await import("../features/cases.test.ts");
await import("../features/queues.test.ts");
