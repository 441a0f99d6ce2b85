import type {
  BackendCapabilities,
  BrokerCapabilities,
  DriverOptions,
  EnqueueOutcome,
  ExchangeReply,
  Inspection,
  Keep,
  ListPage,
  ListQuery,
  NewJob,
  Presence,
  Present,
  QueueControl,
  QueueCount,
  SaveOutcome,
  Store,
  StoredJob,
  Watch,
  WatchedJob,
} from "../../contracts/index.ts";
import { type JobState, type WorkerAbout, encodeAbout } from "../../core/index.ts";
import { CapabilityError, ConfigurationError, PayloadTooLargeError, RequestInvalidError } from "../../errors/index.ts";
import { stepsOf } from "../../internal/steps.ts";
import { jobToSend, runOptions } from "./job-to-send.ts";
import { Line } from "./line.ts";
import { RemoteWatch } from "./remote-watch.ts";
import { storedJob } from "./stored-job.ts";

interface QueueDocument {
  readonly queue: string;
  readonly paused?: true;
  readonly counts: Readonly<Record<string, number>>;
}

/** Dead letters named in one request. */
const DEAD_STEP = 100;

/** What the gateway takes unless it says otherwise. */
const DEFAULT_BODY_BYTES = 8 * 1_024 * 1_024;

/**
 * A store behind a gateway: sends, reads, waits, cancels, inspects. Reserving and recording are refused, as a gateway lets
 * nobody run jobs. A list of jobs that is larger than a request may be goes in several, each of which is all or none.
 */
export class GatewayStore implements Store, Inspection, QueueControl, Presence {
  readonly capabilities: BrokerCapabilities = { durable: true, shared: true };
  readonly backendCapabilities: BackendCapabilities = { durable: true, shared: true, volatile: false };
  readonly inspection: Inspection = this;
  readonly queueControl: QueueControl = this;
  readonly presence: Presence = this;
  readonly #line: Line;
  readonly #base: string;
  readonly #namespace: string;
  readonly #watches = new Set<RemoteWatch>();
  #maxBodyBytes = DEFAULT_BODY_BYTES;

  /** @throws ConfigurationError when it is no URL of a gateway */
  constructor(url: string, { token, namespace, parameters }: DriverOptions) {
    this.#base = baseOf(url, parameters);
    this.#namespace = namespace;
    this.#line = new Line(this.#base, token);
  }

  async open(): Promise<void> {
    const about = (await this.#line.get("/v1")) as {
      readonly service?: unknown;
      readonly namespace?: unknown;
      readonly maxBodyBytes?: unknown;
    };
    if (about.service !== "millrace") {
      throw new ConfigurationError(`what answers at ${this.#base} is no Millrace gateway`);
    }
    if (about.namespace !== this.#namespace) {
      throw new ConfigurationError(
        `the gateway at ${this.#base} serves the namespace "${String(about.namespace)}", not "${this.#namespace}": set namespace to the one it serves`,
      );
    }
    if (typeof about.maxBodyBytes === "number") this.#maxBodyBytes = about.maxBodyBytes;
  }

  async close(): Promise<void> {
    for (const watch of this.#watches) watch.close();
    this.#line.close();
  }

  async enqueue(jobs: readonly NewJob[]): Promise<readonly EnqueueOutcome[]> {
    const outcomes: EnqueueOutcome[] = [];
    for (const body of bodies(jobs, this.#maxBodyBytes)) {
      const answer = (await this.#line.post("/v1/jobs", body)) as { readonly jobs: readonly { existed: boolean }[] };
      outcomes.push(...answer.jobs.map(({ existed }) => (existed ? "exists" : "accepted")));
    }
    return outcomes;
  }

  async load(ids: readonly string[]): Promise<readonly (StoredJob | undefined)[]> {
    if (ids.length === 0) return [];
    try {
      const { jobs } = (await this.#post("/v1/jobs/read", { ids })) as { readonly jobs: readonly unknown[] };
      return jobs.map((job) => (job === null ? undefined : storedJob(job)));
    } catch (error) {
      // Too large together for one answer: each half alone may do.
      if (!(error instanceof RequestInvalidError) || ids.length === 1) throw error;
      const half = Math.ceil(ids.length / 2);
      return [...(await this.load(ids.slice(0, half))), ...(await this.load(ids.slice(half)))];
    }
  }

  watch(notify: (jobs: readonly WatchedJob[]) => void): Watch {
    const watch = new RemoteWatch(this.#line, notify);
    this.#watches.add(watch);
    return {
      add: (ids) => watch.add(ids),
      remove: (ids) => watch.remove(ids),
      close: () => {
        watch.close();
        this.#watches.delete(watch);
      },
    };
  }

  async requestCancel(ids: readonly string[], keep: Keep): Promise<readonly (JobState | undefined)[]> {
    if (ids.length === 0) return [];
    const retention = runOptions({ statusMs: keep.recordMs, resultMs: keep.resultMs });
    const answer = await this.#post("/v1/jobs/cancel", { ids, ...retention });
    return (answer as { readonly states: readonly (JobState | null)[] }).states.map((state) => state ?? undefined);
  }

  async list(query: ListQuery): Promise<ListPage> {
    const given = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) if (value !== undefined) given.append(name, String(value));
    const answer = await this.#line.get(`/v1/jobs?${given.toString()}`);
    const page = answer as { readonly jobs: readonly unknown[]; readonly cursor?: string };
    const jobs = page.jobs.map(storedJob);
    return page.cursor === undefined ? { jobs } : { jobs, cursor: page.cursor };
  }

  async counts(): Promise<readonly QueueCount[]> {
    return (await this.#queues()).flatMap(({ queue, counts }) =>
      Object.entries(counts).map(([state, count]) => ({ queue, state: state as JobState, count })),
    );
  }

  async replay(ids: readonly string[]): Promise<readonly (StoredJob | undefined)[]> {
    const replayed = new Map<string, StoredJob>();
    for (const step of stepsOf(ids, DEAD_STEP)) {
      const answer = await this.#post("/v1/dead/replay", { ids: step });
      for (const job of (answer as { readonly jobs: readonly unknown[] }).jobs.map(storedJob))
        replayed.set(job.id, job);
    }
    return ids.map((id) => replayed.get(id));
  }

  async removeDead(ids: readonly string[] | undefined): Promise<number> {
    if (ids === undefined) return this.#purge({ all: true });
    let count = 0;
    for (const step of stepsOf(ids, DEAD_STEP)) count += await this.#purge({ ids: step });
    return count;
  }

  async pause(queue: string): Promise<void> {
    await this.#post(`/v1/queues/${encodeURIComponent(queue)}/pause`, {});
  }

  async resume(queue: string): Promise<void> {
    await this.#post(`/v1/queues/${encodeURIComponent(queue)}/resume`, {});
  }

  async paused(): Promise<readonly string[]> {
    return (await this.#queues()).filter(({ paused }) => paused === true).map(({ queue }) => queue);
  }

  async present(): Promise<readonly Present[]> {
    const answer = (await this.#line.get("/v1/workers")) as {
      readonly workers: readonly (WorkerAbout & { name: string; startedAt: string; seenAt: string })[];
    };
    return answer.workers.map(({ name, seenAt, startedAt, ...about }) => ({
      name,
      about: encodeAbout({ ...about, startedAt: Date.parse(startedAt) }),
      seenAt: Date.parse(seenAt),
    }));
  }

  async announce(): Promise<void> {
    throw onlyStore("Announcing a worker");
  }

  async leave(): Promise<void> {
    throw onlyStore("Announcing a worker");
  }

  async exchange(): Promise<ExchangeReply> {
    throw onlyStore("Running jobs");
  }

  async wait(): Promise<undefined> {
    throw onlyStore("Running jobs");
  }

  async insert(): Promise<readonly ("inserted" | "exists")[]> {
    throw onlyStore("Recording jobs");
  }

  async save(): Promise<readonly SaveOutcome[]> {
    throw onlyStore("Recording jobs");
  }

  async purge(): Promise<number> {
    throw onlyStore("Purging records");
  }

  #post(path: string, body: object): Promise<unknown> {
    return this.#line.post(path, JSON.stringify(body));
  }

  async #purge(which: object): Promise<number> {
    return ((await this.#post("/v1/dead/purge", which)) as { readonly count: number }).count;
  }

  async #queues(): Promise<readonly QueueDocument[]> {
    const answer = await this.#line.get("/v1/queues");
    return (answer as { readonly queues: readonly QueueDocument[] }).queues;
  }
}

/** Requests that send these jobs, each no larger than a body may be. */
function bodies(jobs: readonly NewJob[], maxBytes: number): string[] {
  const made: string[] = [];
  let gathered: string[] = [];
  const room = maxBytes - '{"jobs":[]}'.length;
  let left = room;
  const flush = (): void => {
    if (gathered.length > 0) made.push(`{"jobs":[${gathered.join(",")}]}`);
    gathered = [];
    left = room;
  };
  for (const job of jobs) {
    const text = JSON.stringify(jobToSend(job));
    const bytes = Buffer.byteLength(text) + 1;
    if (bytes > room) {
      throw new PayloadTooLargeError(
        `job ${job.id} is ${bytes} bytes as a request, more than the gateway takes (${maxBytes})`,
        { details: { id: job.id, bytes, maxBytes } },
      );
    }
    if (bytes > left) flush();
    gathered.push(text);
    left -= bytes;
  }
  flush();
  return made;
}

const NO_URL = { username: "", password: "", origin: "", pathname: "" };

/** @throws ConfigurationError */
function baseOf(url: string, parameters: Readonly<Record<string, string>>): string {
  const [parameter] = Object.keys(parameters);
  if (parameter !== undefined) throw new ConfigurationError(`the URL of a gateway has no parameter "${parameter}"`);
  const { username, password, origin, pathname } = URL.canParse(url) ? new URL(url) : NO_URL;
  if (username !== "" || password !== "") {
    throw new ConfigurationError("a gateway is not called with a user and a password: give the token as `token`");
  }
  if (pathname !== "/") {
    throw new ConfigurationError(
      'a gateway\'s URL is a scheme, a host and a port, without a path, such as "http://127.0.0.1:9595"',
    );
  }
  return origin;
}

function onlyStore(what: string): CapabilityError {
  return new CapabilityError(`${what} needs the store itself, not a gateway to it`);
}
