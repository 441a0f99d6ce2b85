/*
 * drivers/memory: jobs in this process's memory, and the plainest reading of the contracts: other drivers are compared
 * with it. Here: the ledger of jobs, its queues, deadlines and watchers. Not here: anything that outlives the process.
 */
import type { Driver, DriverOptions } from "../../contracts/index.ts";
import { ConfigurationError } from "../../errors/index.ts";
import { MemoryStore } from "./memory-store.ts";

function open(options: DriverOptions): MemoryStore {
  if (options.durability === "replicated") {
    throw new ConfigurationError('memory has no replicas: its durability is "full" or "normal"');
  }
  return new MemoryStore(options);
}

/**
 * The driver of `memory:`. A location without a name is a store of its own; `memory:NAME` is shared by all who name it
 * in this process and namespace, as long as one of them is open. Nothing outlives the process.
 */
export const memory: Driver = { scheme: "memory", store: open, broker: open, backend: open };
