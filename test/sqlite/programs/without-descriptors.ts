/*
 * Opens a store and sends with all but a few file descriptors taken, once for each number of those left, each time by an app
 * of its own; then runs jobs on an open store with none left. Says what became of it, a line each. Arguments: the database.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Millrace, MillraceError, task } from "../../../src/index.ts";
import { takeAllBut } from "../../descriptors.ts";

const MOST_LEFT = 14;

const silent = (): void => {};
const note = task("note", (left: number) => left);

function makeApp(sendTimeout = "30s"): Millrace {
  return new Millrace({
    store: `sqlite:${process.argv[2] ?? ""}`,
    logger: { debug: silent, info: silent, warn: silent, error: silent },
    sendTimeout,
  });
}

function say(what: object): void {
  process.stdout.write(`${JSON.stringify(what)}\n`);
}

/** How a call ended that needs descriptors, or `undefined` if it had enough. */
function refusal(call: Promise<unknown>): Promise<object | undefined> {
  return call.then(
    () => undefined,
    (error: unknown) => ({
      typed: error instanceof MillraceError && error.retryable,
      code: Reflect.get(Object(error), "code") as unknown,
      message: String(error),
    }),
  );
}

{
  await using app = makeApp("300ms");
  const giveBack = takeAllBut(0);
  say({ refused: await refusal(app.client().send(note, 0)) });
  giveBack();
}

for (let left = 0; left <= MOST_LEFT; left += 1) {
  await using app = makeApp();
  const giveBack = takeAllBut(left);
  const refused = await refusal(app.worker({ tasks: [] }).start());
  const sending = app.client().send(note, left);
  await sleep(50);
  giveBack();
  const { id } = await sending;
  say({ left, id, refused });
}

const app = makeApp();
const worker = app.worker({ tasks: [note] });
const first = await app.client().send(note, 0);
takeAllBut(0);
await worker.start();
const last = await app.client().send(note, 7);
const values = await Promise.all([first, last].map((job) => job.result({ timeout: "10s" })));
say({ ran: values });
await app.close();
