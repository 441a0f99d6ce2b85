/*
 * Runs "resident" in a folder with fewer and fewer descriptors left to this process, then with enough, and prints what became of it.
 */
import { Millrace } from "../../../src/index.ts";
import { takeAllBut } from "../../descriptors.ts";

const [folder = ""] = process.argv.slice(2);
const app = new Millrace({ store: "memory:", retries: 0 });
await app.worker({ executables: { folder, containment: "sweep", resident: true } }).start();
const run = async (): Promise<string> => {
  const { state, error } = await (await app.client().send("resident")).wait({ timeout: "15s" });
  return error?.code ?? state;
};
const outcomes: string[] = [];
for (let left = 12; left >= 0; left -= 1) {
  const giveBack = takeAllBut(left);
  outcomes.push(await run());
  giveBack();
}
outcomes.push(await run());
process.stdout.write(JSON.stringify(outcomes));
await app.close();
