import { expect, test } from "vitest";
import type { ListPage, ListQuery } from "../contracts/index.ts";
import { memory } from "../drivers/memory/index.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { QueueDesk } from "./queue-desk.ts";

const silent = (): void => {};
const logger = { debug: silent, info: silent, warn: silent, error: silent };

test("a drain misses no job whose time comes while it looks", async () => {
  const clock = new FakeClock();
  const store = memory.store!({
    location: "",
    parameters: {},
    namespace: "drain",
    durability: "full",
    logger,
    clock,
  });
  await store.open();
  const list = store.inspection!.list.bind(store.inspection);
  Object.assign(store.inspection!, {
    list: async (query: ListQuery): Promise<ListPage> => {
      const page = await list(query);
      await clock.advance(100);
      return page;
    },
  });
  const job = { task: "t", queue: "q", priority: 0, body: "{}" };
  const delays = [50, 150, 250, 350, 100_000];
  await store.enqueue(delays.map((delayMs) => ({ ...job, id: `${delayMs}`, delayMs })));
  const desk = new QueueDesk(
    (look) => look(store),
    (ids) => store.requestCancel(ids, { recordMs: null, resultMs: null }),
  );
  expect(await desk.drain("q")).toBe(delays.length);
  expect(await desk.list()).toEqual([{ queue: "q", counts: { cancelled: delays.length } }]);
});
