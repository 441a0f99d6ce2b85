import type { Lease, Reservation } from "../../contracts/index.ts";
import type { JobLedger } from "./job-ledger.ts";
import type { MemoryRecord } from "./memory-record.ts";

/** What a reservation found. */
export interface Reserved {
  readonly leases: Lease[];
  readonly parked: { readonly queue: string; readonly task: string; readonly count: number }[];
}

/** Makes due what is due in the queues asked for, then hands out leases. */
export function reserveJobs(ledger: JobLedger, reservation: Reservation, worker: string): Reserved {
  const tasks = new Set(reservation.tasks);
  const leases: Lease[] = [];
  const parked: Reserved["parked"] = [];
  for (const { name, limit } of reservation.queues) {
    const room = ledger.room(name);
    for (const record of room.makeDue()) ledger.recount(record);
    for (let record = room.lapsed(); record !== undefined; record = room.lapsed()) lapse(ledger, record);
    // What has lapsed or is due was seen to; only handing out is what a paused queue does not do.
    const found = room.take(tasks, ledger.paused.has(name) ? 0 : limit, reservation.parkMs);
    for (const [task, count] of found.parked) parked.push({ queue: name, task, count });
    for (const record of found.taken) {
      leases.push(lease(ledger, record, worker, tasks));
      room.hold(record, reservation.leaseMs);
    }
    ledger.leaveRoom(name);
  }
  return { leases, parked };
}

/** The lease ran out unsettled: its worker is taken for dead. */
function lapse(ledger: JobLedger, record: MemoryRecord): void {
  ledger.unplace(record);
  record.crashes += 1;
  record.state = "queued";
  ledger.place(record);
}

function lease(ledger: JobLedger, record: MemoryRecord, worker: string, tasks: ReadonlySet<string>): Lease {
  const now = ledger.clock.now();
  const expired = ledger.shown(record) === "expired";
  const verdict = record.cancelRequested
    ? "cancelled"
    : expired
      ? "expired"
      : tasks.has(record.task)
        ? undefined
        : "unknown-task";
  ledger.unplace(record);
  record.shownExpired = expired;
  record.state = "running";
  record.lease += 1;
  record.worker = worker;
  record.startedAt = now;
  ledger.recount(record);
  return {
    id: record.id,
    task: record.task,
    queue: record.queue,
    priority: record.priority,
    body: record.body,
    lease: record.lease,
    attempt: record.attempt + 1,
    crashes: record.crashes,
    createdAt: record.createdAt,
    reservedAt: now,
    ...(record.trail !== undefined && { trail: record.trail }),
    ...(record.expireAt !== undefined && { expireAt: record.expireAt }),
    ...(verdict !== undefined && { verdict }),
  };
}
