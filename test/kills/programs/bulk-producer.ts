/* Sends the same 1,000 ids together, again and again with a new prefix, until it is killed. */
import { sqlite } from "../../../src/drivers/sqlite/index.ts";
import { systemClock } from "../../../src/internal/system-clock.ts";
import { join } from "node:path";
import { folder, ledger, say } from "./setting.ts";

const silent = (): void => {};
const store = sqlite.store!({
  location: join(folder, "jobs.db"),
  parameters: {},
  namespace: "millrace",
  durability: "full",
  logger: { debug: silent, info: silent, warn: silent, error: silent },
  clock: systemClock,
});
await store.open();
const accepted = ledger("accepted");
say("ready");
for (let round = 0; ; round += 1) {
  const jobs = Array.from({ length: 1_000 }, (_, at) => ({
    id: `bulk-${round}-${at}`,
    task: "steady",
    queue: "default",
    priority: 0,
    body: '{"args":[0]}',
  }));
  await store.enqueue(jobs);
  accepted.append({ round });
}
