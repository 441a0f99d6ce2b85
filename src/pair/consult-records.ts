import type { Backend, ExtendOutcome, Extension } from "../contracts/index.ts";
import { isFinal } from "../core/state.ts";
import type { HeldLeases } from "./held-leases.ts";
import { runningRecord } from "./record-change.ts";

/** Writes the notes of extensions, and asks the backend what its records say of these leases. In the order given. */
export async function consultRecords(
  backend: Backend,
  held: HeldLeases,
  extensions: readonly Extension[],
  worker: string,
): Promise<ExtendOutcome[]> {
  const told = new Map<string, ExtendOutcome>();
  const updates = extensions.flatMap((extension) => {
    const lease = extension.notes === undefined ? undefined : held.get(extension);
    return lease === undefined ? [] : [runningRecord(lease, worker, extension.notes)];
  });
  const saved = updates.length === 0 ? [] : await backend.save(updates);
  for (const [index, { id }] of updates.entries()) {
    const outcome = saved[index];
    told.set(id, outcome === "saved" ? "kept" : outcome === "cancelled" ? "cancel" : "lost");
  }
  const silent = extensions.filter(({ id }) => !told.has(id));
  const records = silent.length === 0 ? [] : await backend.load(silent.map(({ id }) => id));
  for (const [index, { id, lease }] of silent.entries()) {
    const record = records[index];
    // A record that is missing, dropped by a cache perhaps, is no reason to stop: the settlement makes it again.
    const lost =
      record !== undefined && (record.lease > lease || (isFinal(record.state) && record.finishedAt !== undefined));
    told.set(id, lost ? "lost" : record?.cancelRequested === true ? "cancel" : "kept");
  }
  return extensions.map(({ id }) => told.get(id) ?? "kept");
}
