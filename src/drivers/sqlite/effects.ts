/** What a transaction changed that somebody may be waiting for. */
export class Effects {
  /** Queues in which jobs became ready; `*` stands for any. */
  readonly ready: Set<string> = new Set();
  /** Whether jobs now wait for a time of their own. */
  deadlines = false;
  /** Jobs that became final or were removed. */
  readonly finished: string[] = [];
  /** Running jobs whose cancellation was requested. */
  readonly cancelling: string[] = [];

  /** Whether other processes may wait for any of it. */
  get concernOthers(): boolean {
    return this.ready.size + this.finished.length + this.cancelling.length > 0 || this.deadlines;
  }

  take(other: Effects): void {
    for (const queue of other.ready) this.ready.add(queue);
    this.finished.push(...other.finished);
    this.cancelling.push(...other.cancelling);
    this.deadlines ||= other.deadlines;
  }
}
