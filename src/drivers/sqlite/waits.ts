interface Wait {
  readonly queues: readonly string[];
  readonly tasksJson: string;
  readonly timer: NodeJS.Timeout;
  /** Not yet checked against what was there before it came. */
  fresh: boolean;
}

/** The workers of this process that wait for jobs, each by the number of its call. */
export class Waits {
  readonly #waits = new Map<number, Wait>();
  readonly #isAvailable: (queues: readonly string[], tasksJson: string) => boolean;

  constructor(isAvailable: (queues: readonly string[], tasksJson: string) => boolean) {
    this.#isAvailable = isAvailable;
  }

  get size(): number {
    return this.#waits.size;
  }

  /** Takes in a wait; `onTimeout` is called with its number when its time is over. */
  add(
    number: number,
    request: { readonly queues: readonly string[]; readonly tasks: readonly string[]; readonly maxMs: number },
    onTimeout: (number: number) => void,
  ): void {
    const timer = setTimeout(
      () => {
        if (this.#waits.delete(number)) onTimeout(number);
      },
      Math.min(request.maxMs, 2 ** 31 - 1),
    );
    this.#waits.set(number, { queues: request.queues, tasksJson: JSON.stringify(request.tasks), timer, fresh: true });
  }

  drop(number: number): void {
    const wait = this.#waits.get(number);
    if (wait === undefined) return;
    clearTimeout(wait.timer);
    this.#waits.delete(number);
  }

  /** Ends the waits that these queues concern, and new ones for which there is something already. */
  wake(ready: ReadonlySet<string>): number[] {
    return this.#end((wait) => {
      const concerned = ready.has("*") || wait.queues.some((queue) => ready.has(queue));
      const fresh = wait.fresh;
      wait.fresh = false;
      return concerned || (fresh && this.#isAvailable(wait.queues, wait.tasksJson));
    });
  }

  /** Ends the waits for which there is something now. */
  check(): number[] {
    return this.#end((wait) => this.#isAvailable(wait.queues, wait.tasksJson));
  }

  /** Ends all. */
  close(): number[] {
    return this.#end(() => true);
  }

  #end(isOver: (wait: Wait) => boolean): number[] {
    const ended: number[] = [];
    for (const [number, wait] of this.#waits) {
      if (isOver(wait)) ended.push(number);
    }
    for (const number of ended) this.drop(number);
    return ended;
  }
}
