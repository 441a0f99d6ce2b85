import { CapabilityError } from "../errors/index.ts";
import type { Client, WorkerInfo } from "../index.ts";

/** The workers that are alive; undefined where the store does not know them. */
export async function liveWorkers(client: Client): Promise<readonly WorkerInfo[] | undefined> {
  try {
    return await client.workers();
  } catch (error) {
    if (error instanceof CapabilityError) return undefined;
    throw error;
  }
}
