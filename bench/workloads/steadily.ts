import { setTimeout as sleep } from "node:timers/promises";

const PER_SECOND = 50;

/** Calls `send` 50 times a second; a slow call does not hold up the next one. Resolves when all have resolved. */
export async function steadily(count: number, send: () => Promise<unknown>): Promise<void> {
  const start = performance.now();
  const sends: Promise<unknown>[] = [];
  for (let sent = 0; sent < count; sent += 1) {
    await sleep(Math.max(0, start + (sent * 1_000) / PER_SECOND - performance.now()));
    sends.push(send());
  }
  await Promise.all(sends);
}
