/** Something that is to hold in every result that has the figures for it. */
export interface Claim {
  readonly what: string;
  readonly system: string;
  readonly workload: string;
  readonly figure: string;
  /** Compared with the best of these systems in the same run. Absent: the figure stands for itself. */
  readonly against?: readonly string[];
  /** Their workload, where it is another. */
  readonly theirWorkload?: string;
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** The same rates with jobs that wait beside as without. */
const FLAT = 0.8;

/** Queues on Redis that run a job at least once and keep its result. */
const REDIS_PEERS = ["bullmq-redis", "bee-queue"];

const redis = claimsOf("millrace-redis", [
  { what: "one awaited send", workload: "send-one", figure: "perSecond", against: ["raw-redis"], atLeast: 0.9 },
  { what: "one awaited send", workload: "send-one", figure: "perSecond", against: REDIS_PEERS, atLeast: 1 },
  { what: "100 sends under way", workload: "send-100", figure: "perSecond", against: REDIS_PEERS, atLeast: 1.3 },
  { what: "100 sends under way", workload: "send-100", figure: "perSecond", against: ["bullmq-redis"], atLeast: 4 },
  { what: "bulk of 1,000", workload: "send-bulk", figure: "perSecond", against: REDIS_PEERS, atLeast: 2.5 },
  { what: "bulk of 1,000", workload: "send-bulk", figure: "perSecond", against: ["bullmq-redis"], atLeast: 8 },
  { what: "drain at 1", workload: "drain-1", figure: "perSecond", against: REDIS_PEERS, atLeast: 3 },
  { what: "drain at 10", workload: "drain-10", figure: "perSecond", against: REDIS_PEERS, atLeast: 2.5 },
  { what: "drain at 100", workload: "drain-100", figure: "perSecond", against: ["bullmq-redis"], atLeast: 5 },
  { what: "drain at 100", workload: "drain-100", figure: "perSecond", against: REDIS_PEERS, atLeast: 5 },
  {
    what: "producer and worker at once",
    workload: "produce-and-work",
    figure: "outPerSecond",
    against: ["bullmq-redis"],
    atLeast: 4,
  },
  { what: "pick-up, p50", workload: "pick-up", figure: "p50", against: REDIS_PEERS, atMost: 1 },
  { what: "pick-up, p99", workload: "pick-up", figure: "p99", against: REDIS_PEERS, atMost: 1 },
  { what: "round trip, p50", workload: "round-trip", figure: "p50", against: REDIS_PEERS, atMost: 1 },
  { what: "round trip, p99", workload: "round-trip", figure: "p99", against: REDIS_PEERS, atMost: 1 },
  { what: "size of a queued job", workload: "memory", figure: "bytesPerJob", against: ["bullmq-redis"], atMost: 0.5 },
  { what: "size of a queued job", workload: "memory", figure: "bytesPerJob", against: ["bee-queue"], atMost: 1 },
  { what: "server requests of an idle worker", workload: "idle", figure: "requestsPerSecond", atMost: 1 },
]);

const sqlite = claimsOf("millrace-sqlite", [
  { what: "one awaited send", workload: "send-one", figure: "perSecond", against: ["raw-sqlite"], atLeast: 0.65 },
  { what: "100 sends under way", workload: "send-100", figure: "perSecond", against: ["raw-sqlite"], atLeast: 0.4 },
  { what: "bulk of 1,000", workload: "send-bulk", figure: "perSecond", against: ["raw-sqlite"], atLeast: 0.5 },
  { what: "drain at 100", workload: "drain-100", figure: "perSecond", against: ["raw-sqlite"], atLeast: 0.5 },
  { what: "pick-up in a process, p99, ms", workload: "pick-up-in-process", figure: "p99", atMost: 5 },
  { what: "pick-up across processes, p99, ms", workload: "pick-up", figure: "p99", atMost: 20 },
  { what: "size of a queued job, bytes", workload: "memory", figure: "bytesPerJob", atMost: 500 },
  { what: "memory of a worker, MiB", workload: "backlog-queued-1000000", figure: "peakRssMiB", atMost: 200 },
]);

/** plainjob writes with synchronous NORMAL, whatever it is told. */
const sqliteNormal = claimsOf("millrace-sqlite-normal", [
  { what: "100 sends under way", workload: "send-100", figure: "perSecond", against: ["plainjob"], atLeast: 2.5 },
  { what: "bulk of 1,000", workload: "send-bulk", figure: "perSecond", against: ["plainjob"], atLeast: 1 },
  { what: "drain at 1", workload: "drain-1", figure: "perSecond", against: ["plainjob"], atLeast: 2 },
  {
    what: "drain at 100, beside its only rate",
    workload: "drain-100",
    figure: "perSecond",
    against: ["plainjob"],
    theirWorkload: "drain-1",
    atLeast: 3,
  },
]);

/** What every store is to hold. */
function everywhere(system: string): readonly Claim[] {
  const backlogs = ["queued", "scheduled"].flatMap((kind) =>
    ["sentPerSecond", "donePerSecond"].map((figure) => ({
      what: `${figure === "sentPerSecond" ? "sends" : "drain"} beside 1,000,000 ${kind}`,
      workload: `backlog-${kind}-1000000`,
      figure,
      against: [system],
      theirWorkload: "backlog-none",
      atLeast: FLAT,
    })),
  );
  return claimsOf(system, [
    ...backlogs,
    { what: "lateness of delayed jobs, p99, ms", workload: "lateness", figure: "p99", atMost: 10 },
    { what: "delayed jobs that were early", workload: "lateness", figure: "early", atMost: 0 },
    { what: "processor of an idle worker, %", workload: "idle", figure: "workerCpuPercent", atMost: 1 },
  ]);
}

export const CLAIMS: readonly Claim[] = [
  ...redis,
  ...everywhere("millrace-redis"),
  ...sqlite,
  ...everywhere("millrace-sqlite"),
  ...sqliteNormal,
];

function claimsOf(system: string, claims: readonly Omit<Claim, "system">[]): readonly Claim[] {
  return claims.map((claim) => ({ ...claim, system }));
}
