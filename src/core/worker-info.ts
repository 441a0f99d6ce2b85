/** A worker that is alive, as it last announced itself. */
export interface WorkerInfo {
  readonly name: string;
  /** The queues it serves, each with its concurrency. */
  readonly queues: Readonly<Record<string, number>>;
  /** The tasks it knows; of very many, the first 1,000. */
  readonly tasks: readonly string[];
  /** Jobs in its slots when it announced itself. */
  readonly running: number;
  /** Its version of Millrace. */
  readonly version: string;
  readonly host: string;
  readonly pid: number;
  /** When it was started, epoch milliseconds by its own clock. */
  readonly startedAt: number;
  /** When it last announced itself, epoch milliseconds by the store's clock. */
  readonly seenAt: number;
}

/** What a worker says of itself: all but what the store knows better. */
export type WorkerAbout = Omit<WorkerInfo, "name" | "seenAt">;

/** A worker that knows more tasks announces the first of them. */
const MOST_TASKS = 1_000;

export function encodeAbout(about: WorkerAbout): string {
  return JSON.stringify({ ...about, tasks: about.tasks.slice(0, MOST_TASKS) });
}

/** What a gateway says of itself, beside the workers: it is none, and reads as none. */
export function encodeGateway(version: string): string {
  return JSON.stringify({ kind: "gateway", version });
}

/**
 * Reads what a worker announced, field by field; what is missing or of another version reads as empty. `undefined` for
 * what announced itself as something else.
 */
export function workerInfo(name: string, about: string, seenAt: number): WorkerInfo | undefined {
  const data = objectOf(about);
  if (data["kind"] !== undefined) return undefined;
  const tasks = data["tasks"];
  return {
    name,
    queues: Object.fromEntries(
      Object.entries(typeof data["queues"] === "object" ? (data["queues"] ?? {}) : {}).filter(
        (entry): entry is [string, number] => typeof entry[1] === "number",
      ),
    ),
    tasks: Array.isArray(tasks) ? tasks.filter((task): task is string => typeof task === "string") : [],
    running: numberOf(data["running"]),
    version: textOf(data["version"]),
    host: textOf(data["host"]),
    pid: numberOf(data["pid"]),
    startedAt: numberOf(data["startedAt"]),
    seenAt,
  };
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const data: unknown = JSON.parse(text);
    return typeof data === "object" && data !== null ? (data as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}

function numberOf(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
