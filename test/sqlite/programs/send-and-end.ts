/* Sends one job and does nothing more: no close, no exit. Arguments: the database. */
import { Millrace } from "../../../src/index.ts";

const app = new Millrace({ store: `sqlite:${process.argv[2] ?? ""}` });
const job = await app.client().send("note", 1);
process.stdout.write(`${job.id}\n`);
