/* A producer process: every id is in the ledger `accepted` once `send` has resolved, and not before. */
import { ledger, makeApp, say, wished } from "./setting.ts";

const accepted = ledger("accepted");
const app = makeApp();
const client = app.client();
const jobs = wished("jobs", 100);
const ms = wished("ms", 1);
let sent = 0;
say("ready");

/** Sends one after another, and now and then many at once. */
async function lane(number: number): Promise<void> {
  while (sent < jobs) {
    sent += 1;
    const at = sent;
    if (at % 10 === 0) {
      const handles = await client.sendMany("steady", [[ms], [ms], [ms]]);
      for (const { id } of handles) accepted.append({ id });
    } else {
      const { id } = await client.with({ id: `${process.pid}-${number}-${at}` }).send("steady", ms);
      accepted.append({ id });
    }
  }
}

await Promise.all(Array.from({ length: 8 }, (_, number) => lane(number)));
await app.close();
say("done");
