/* Sends the same 1,000 ids together, again and again with a new prefix, until it is killed. */
import { openStore, storeChoice } from "../../../src/app/open-store.ts";
import { appPlan } from "../../../src/app/options.ts";
import { systemClock } from "../../../src/internal/system-clock.ts";
import { ledger, say, SILENT, store } from "./setting.ts";

const opened = await openStore(storeChoice({ store }), appPlan({}), SILENT, systemClock);
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
  await opened.enqueue(jobs);
  accepted.append({ round });
}
