/* Says the state of a job. Arguments: the database, the job's id. */
import { Millrace } from "../../../src/index.ts";

const [path = "", id = ""] = process.argv.slice(2);
await using app = new Millrace({ store: `sqlite:${path}` });
process.stdout.write(`state ${(await app.client().get(id))?.state ?? "unknown"}\n`);
