/*
 * Loads the pool where nothing of Node.js is to be had, as in a browser: no globals of its own, timers that are numbers,
 * no modules but the pool's files. Then it runs something of everything that needs a timer.
 */
import { registerHooks } from "node:module";

registerHooks({
  resolve(specifier, context, next) {
    if (!specifier.startsWith(".")) throw new Error(`${String(context.parentURL)} imports ${specifier}`);
    return next(specifier, context);
  },
});
const output = process.stdout;
const { setTimeout, setInterval } = globalThis;
Object.assign(globalThis, {
  setTimeout: (wake: () => void, ms: number) => Number(setTimeout(wake, ms)),
  setInterval: (wake: () => void, ms: number) => Number(setInterval(wake, ms)),
});
for (const name of ["process", "Buffer", "setImmediate", "clearImmediate", "global"]) {
  Reflect.deleteProperty(globalThis, name);
}

const { Pool, PoolDeadlockError, TaskTimeoutError } = await import("../../../src/pool/index.ts");
const pool = new Pool({ concurrency: 2, maxQueued: 1, backoff: [1], lingerMs: 1, keepContext: true });

const retried = await pool.run(({ attempt }) => {
  if (attempt === 1) throw new Error("once");
  return `attempt ${attempt}`;
});
const slow = pool.run(
  ({ signal }) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
  { timeout: 5, retries: 0 },
);
const timedOut = await slow.catch((error: unknown) => error instanceof TaskTimeoutError);
const items: number[] = [];
for await (const result of pool.map([1, 2, 3, 4, 5], (item) => item * 2)) {
  if (result.state === "succeeded") items.push(result.value);
}
const narrow = new Pool({ concurrency: 1, maxQueued: 0 });
const deadlock = await narrow.run(() =>
  narrow.push(() => 1).accepted.catch((error: unknown) => error instanceof PoolDeadlockError),
);
await Promise.all([pool.close(), narrow.close({ timeout: "1m" })]);
output.write(JSON.stringify({ retried, timedOut, items, deadlock, process: typeof globalThis.process }));
