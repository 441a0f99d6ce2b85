/* Sends the same 1,000 ids together, again and again with a new prefix, until it is killed. */
import { storeAt } from "../../processes/store-at.ts";
import { ledger, say, url } from "./setting.ts";

const store = await storeAt(url);
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
