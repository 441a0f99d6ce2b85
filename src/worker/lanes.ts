import type { Clock, Timer } from "../contracts/index.ts";
import { callbackQueue, isCallbackTask } from "./callbacks.ts";
import type { Conversation } from "./conversation.ts";
import type { JobRunner } from "./job-runner.ts";
import { Lane, type Reserved } from "./lane.ts";
import type { QueuePlan, WorkerPlan } from "./worker-options.ts";

/** What lanes stand on. */
export interface LanesSetting {
  readonly clock: Clock;
  readonly plan: WorkerPlan;
  /** Some task has callbacks, which have queues of their own. */
  readonly hasCallbacks: boolean;
  readonly runner: () => JobRunner;
  /** `undefined` before the start. */
  readonly conversation: () => Conversation | undefined;
}

/** Reserved ahead and not started after this long: the pace was misjudged, and the job goes back to where others see it. */
const STALE_MS = 50;

/** The queues that a worker serves now: takes in what is reserved for them, and starts it where a slot is free. */
export class Lanes {
  readonly #setting: LanesSetting;
  readonly #serving = new Map<string, Lane>();
  /** The last lane of each queue that was stopped. */
  readonly #closed = new Map<string, Lane>();
  #staleTimer: Timer | undefined;
  #drained: (() => void)[] = [];

  constructor(setting: LanesSetting) {
    this.#setting = setting;
  }

  /** The concurrency of each queue, those of callbacks left out. */
  get queues(): ReadonlyMap<string, number> {
    return new Map(
      [...this.#serving.values()]
        .filter(({ queue }) => !isCallbackTask(queue))
        .map((lane) => [lane.queue, lane.concurrency]),
    );
  }

  has(queue: string): boolean {
    return this.#serving.has(queue);
  }

  /** Serves a queue, and the one of its callbacks. */
  open(queue: string, plan: QueuePlan): void {
    this.#add(queue, plan);
    const { hasCallbacks, plan: worker } = this.#setting;
    const callbacks = callbackQueue(queue);
    if (hasCallbacks && !this.has(callbacks)) {
      this.#add(callbacks, { concurrency: worker.callbackConcurrency, minIntervalMs: 0 });
    }
  }

  /** Serves a queue no more, nor its callbacks: gives back what has not started. Returns the lanes that are closed now. */
  close(queue: string): readonly Lane[] {
    const lanes = [queue, callbackQueue(queue)].flatMap((name) => this.#serving.get(name) ?? []);
    for (const lane of lanes) this.#close(lane);
    return lanes;
  }

  closeAll(): void {
    for (const lane of this.#serving.values()) this.#close(lane);
  }

  /** Asks for jobs anew, as what can be run has changed. */
  ask(): void {
    const conversation = this.#setting.conversation();
    for (const lane of this.#serving.values()) {
      conversation?.removeLane(lane);
      lane.stopped = false;
      conversation?.addLane(lane);
    }
  }

  reserved(lane: Lane, leases: readonly Reserved[]): void {
    const runner = this.#setting.runner();
    if (lane.stopped) {
      for (const reserved of leases) runner.release(lane, reserved);
      return;
    }
    lane.put(leases.filter((reserved) => runner.admit(lane, reserved)));
    this.#fill(lane);
  }

  /** Somebody cancelled a job: one that waits for a slot is not to have it. */
  cancel(id: string, lease: number): void {
    this.#takeOut(id, lease, (lane, reserved) => this.#setting.runner().cancelReserved(lane, reserved));
  }

  /** Another worker has the job: it is not to be run here, too. */
  lose(id: string, lease: number): void {
    this.#takeOut(id, lease, (_lane, reserved) => this.#setting.runner().loseReserved(reserved));
  }

  slotFree(freed: Lane): void {
    // The queue may have been stopped and started again since the job began.
    const lane = this.#serving.get(freed.queue) ?? freed;
    this.#fill(lane);
    if (lane.isStarving) this.#setting.conversation()?.wake();
    for (const check of [...this.#drained]) check();
  }

  /** Resolves when `isDrained`, which is asked whenever a slot comes free. */
  whenDrained(isDrained: () => boolean): Promise<void> {
    if (isDrained()) return Promise.resolve();
    return new Promise((resolve) => {
      const check = (): void => {
        if (!isDrained()) return;
        this.#drained = this.#drained.filter((other) => other !== check);
        resolve();
      };
      this.#drained.push(check);
    });
  }

  /** Lets go of its timer. */
  end(): void {
    this.#staleTimer?.cancel();
  }

  #add(queue: string, plan: QueuePlan): void {
    const { clock, plan: worker, conversation } = this.#setting;
    const lane = new Lane(queue, plan, worker.aheadMs, clock.monotonic(), this.#closed.get(queue));
    this.#serving.set(queue, lane);
    conversation()?.addLane(lane);
  }

  #close(lane: Lane): void {
    this.#setting.conversation()?.removeLane(lane);
    this.#serving.delete(lane.queue);
    this.#closed.set(lane.queue, lane);
    this.#giveBack(lane, Number.POSITIVE_INFINITY);
  }

  #fill(lane: Lane): void {
    const runner = this.#setting.runner();
    while (lane.hasRoom) {
      const reserved = lane.take();
      if (reserved === undefined) return;
      if (runner.begin(lane, reserved) && lane.minIntervalMs > 0) this.#rest(lane);
    }
    if (lane.buffered > 0) this.#watchStale();
  }

  #takeOut(id: string, lease: number, then: (lane: Lane, reserved: Reserved) => void): void {
    for (const lane of this.#serving.values()) {
      const reserved = lane.buffered === 0 ? undefined : lane.takeOut(id, lease);
      if (reserved === undefined) continue;
      then(lane, reserved);
      return;
    }
  }

  /** Between two starts of a paced queue. */
  #rest(lane: Lane): void {
    lane.resting = true;
    this.#setting.clock.setTimer(lane.minIntervalMs, () => {
      lane.resting = false;
      this.slotFree(lane);
    });
  }

  /** Gives back what was reserved ahead and is still not started. */
  #watchStale(): void {
    const { clock } = this.#setting;
    this.#staleTimer ??= clock.setTimer(STALE_MS, () => {
      this.#staleTimer = undefined;
      const before = clock.monotonic() - STALE_MS;
      for (const lane of this.#serving.values()) {
        this.#giveBack(lane, before);
        if (lane.buffered > 0) this.#watchStale();
      }
    });
  }

  #giveBack(lane: Lane, receivedBefore: number): void {
    const runner = this.#setting.runner();
    for (const reserved of lane.takeStale(receivedBefore)) runner.release(lane, reserved);
  }
}
