/* Sends the same 1,000 ids together, again and again with a new prefix, until it is killed. */
import { join } from "node:path";
import { folder, ledger, say } from "./setting.ts";
import { storeAt } from "../../sqlite/store-at.ts";

const store = await storeAt(join(folder, "jobs.db"));
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
