/*
 * A worker of a folder, with a job of "stubborn" and one of "resident" under way, until somebody ends it.
 */
import { type ContainmentKind, Millrace } from "../../../src/index.ts";

const [folder = "", containment, ...args] = process.argv.slice(2);
const app = new Millrace({ store: "memory:" });
const worker = app.worker({
  executables: { folder, containment: containment as ContainmentKind, tasks: { resident: { resident: true } } },
});
await worker.start();
await app.client().send("stubborn", ...args);
await app.client().send("resident");
