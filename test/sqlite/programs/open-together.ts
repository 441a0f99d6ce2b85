/* Opens new files, each at the same moment as the other threads do. Started by opening.test.ts, in worker threads. */
import { join } from "node:path";
import { workerData } from "node:worker_threads";
import { openDatabase } from "../../../src/drivers/sqlite/open-database.ts";

const { folder, rounds, threads, arrived } = workerData as {
  folder: string;
  rounds: number;
  threads: number;
  arrived: SharedArrayBuffer;
};
const count = new Int32Array(arrived);
for (let round = 0; round < rounds; round += 1) {
  Atomics.add(count, 0, 1);
  while (Atomics.load(count, 0) < threads * (round + 1));
  openDatabase({ path: join(folder, `${round}.db`), namespace: "millrace", durability: "normal" }).close();
}
