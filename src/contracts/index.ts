/*
 * contracts: what implementers read. Interfaces whose comments are their specification.
 * Here: broker, backend, store, driver, executor, clock, logger and the data they pass. Not here: code.
 */
export type { Backend, RecordUpdate, SaveOutcome, Watch, WatchedJob } from "./backend.ts";
export type { Broker, WaitRequest } from "./broker.ts";
export type { BackendCapabilities, BrokerCapabilities } from "./capabilities.ts";
export type { Checkup, Finding } from "./checkup.ts";
export type { Clock, Timer } from "./clock.ts";
export type { Driver, DriverOptions, Durability } from "./driver.ts";
export type { ExchangeReply, ExchangeRequest, ExtendOutcome, Extension, Reservation } from "./exchange.ts";
export type { Execution, Executor, Invocation } from "./executor.ts";
export type { Inspection, ListPage, ListQuery, QueueCount } from "./inspection.ts";
export type { LeaseKeeping, LeaseSignal } from "./lease-keeping.ts";
export type { Lease, LeaseRef } from "./lease.ts";
export type { LogFields, Logger } from "./logger.ts";
export type { EnqueueOutcome, NewJob } from "./new-job.ts";
export type { Presence, Present } from "./presence.ts";
export type { QueueControl } from "./queue-control.ts";
export type { Keep, SettleOutcome, Settlement } from "./settlement.ts";
export type { Store } from "./store.ts";
export type { StoredJob } from "./stored-job.ts";
