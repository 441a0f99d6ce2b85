import type { LeaseRef } from "../../../contracts/lease.ts";
import type { JobModel } from "./job-model.ts";
import type { Run } from "./model-command.ts";

/** Which lease a command is about, decided when it is run: one that is held, or any that was ever given. */
export interface LeaseChoice {
  readonly among: "held" | "given";
  readonly number: number;
}

/** The lease that was chosen; one that never was, where there is none to choose. */
export function chosenLease({ among, number }: LeaseChoice, model: JobModel, { tokens }: Run): LeaseRef {
  const held = model.all().flatMap(({ job, lease, state }) => (state === "running" ? [{ id: job.id, lease }] : []));
  const leases = among === "held" && held.length > 0 ? held : tokens;
  return leases[number % Math.max(1, leases.length)] ?? { id: "nobody", lease: 1 };
}
