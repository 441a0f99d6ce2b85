import type { System } from "../systems/system.ts";
import { PAYLOAD } from "./workload.ts";

const BULK = 1_000;

/** Sends so many jobs in bulks, through a connection that is closed again. */
export async function fill(system: System, jobs: number): Promise<void> {
  const producer = await system.produce();
  for (let sent = 0; sent < jobs; sent += BULK) {
    await producer.sendMany(Array.from({ length: Math.min(BULK, jobs - sent) }, () => PAYLOAD));
  }
  await producer.close();
}

/** Sends so many jobs that are due at a far moment. */
export async function fillLater(system: System, jobs: number, at: number): Promise<void> {
  const producer = await system.produce();
  for (let sent = 0; sent < jobs; sent += BULK) {
    const bulk = Array.from({ length: Math.min(BULK, jobs - sent) }, () => ({ payload: PAYLOAD, at }));
    await producer.sendLater?.(bulk);
  }
  await producer.close();
}
