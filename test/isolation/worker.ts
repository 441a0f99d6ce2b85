/*
 * A worker with a job of a process under way that never ends, and has started another process, until somebody ends it.
 */
import { type ContainmentKind, Millrace } from "../../src/index.ts";
import { inProcess } from "./tasks.ts";

const [seconds = "", bytes, folder = "", containment] = process.argv.slice(2);
const app = new Millrace({ store: "memory:", maxPayloadBytes: Number(bytes) });
const children = inProcess["children"]!;
// Processes of Node are held together as programs are.
const executables = { folder, containment: containment as ContainmentKind };
await app.worker({ tasks: [children], executables }).start();
await app.client().send(children.name, seconds);
