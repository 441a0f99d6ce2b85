import { CALLBACK_ID, CALLBACK_SUFFIX } from "./names.ts";

/** The form of an id that Millrace makes: 9 digits of time, 11 of a process, 4 of a counter. */
const MADE = /^[0-9a-z]{24}$/;
/** Digits of the time that count: ids that one process makes within 36 ms belong together. */
const COUNTED_TIME = 8;

/**
 * The partition that a job's id belongs to, from 0. Ids that are made for one batch share one, so that they can be stored in
 * one step; ids of a sender's own are spread evenly. The same everywhere, for ever: an id alone finds its job.
 */
export function partitionOf(id: string, partitions: number): number {
  if (partitions === 1) return 0;
  // A job's callbacks are stored with it.
  if (CALLBACK_ID.test(id)) return partitionOf(id.slice(0, id.lastIndexOf(CALLBACK_SUFFIX)), partitions);
  // FNV-1a, 32 bits.
  let hash = 0x811c9dc5;
  const made = MADE.test(id);
  const end = made ? 20 : id.length;
  for (let at = 0; at < end; at += 1) {
    if (made && at === COUNTED_TIME) continue;
    hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193) >>> 0;
  }
  // The low bits of FNV know little of the last letters.
  return ((hash ^ (hash >>> 15)) >>> 0) % partitions;
}
