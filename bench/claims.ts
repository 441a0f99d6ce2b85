/** A ratio that Millrace is to reach against another system in the same run. */
export interface Claim {
  readonly what: string;
  readonly workload: string;
  /** What the other does, where it cannot do the same. */
  readonly theirWorkload?: string;
  readonly durability: "full" | "normal";
  /** Jobs that wait beside, for Millrace only. */
  readonly backlog?: string;
  readonly against: "raw" | "plainjob" | "millrace";
  readonly target: number;
}

export const CLAIMS: readonly Claim[] = [
  { what: "one awaited send", workload: "send-one-3000", durability: "full", against: "raw", target: 0.65 },
  {
    what: "100 concurrent sends",
    workload: "send-concurrent-100-30000",
    durability: "full",
    against: "raw",
    target: 0.4,
  },
  { what: "bulk of 1,000", workload: "send-bulk-1000-100000", durability: "full", against: "raw", target: 0.5 },
  { what: "drain at 100", workload: "drain-100-100000", durability: "full", against: "raw", target: 0.5 },
  { what: "bulk of 1,000", workload: "send-bulk-1000-100000", durability: "normal", against: "plainjob", target: 1 },
  {
    what: "100 concurrent sends",
    workload: "send-concurrent-100-30000",
    durability: "normal",
    against: "plainjob",
    target: 2.5,
  },
  { what: "drain at 1", workload: "drain-1-50000", durability: "normal", against: "plainjob", target: 2 },
  {
    what: "drain at 100",
    workload: "drain-100-100000",
    theirWorkload: "drain-1-50000",
    durability: "normal",
    against: "plainjob",
    target: 3,
  },
  {
    what: "drain at 100, 1,000,000 queued",
    workload: "drain-100-100000",
    durability: "full",
    backlog: "queued1000000",
    against: "millrace",
    target: 0.8,
  },
  {
    what: "drain at 100, 1,000,000 scheduled",
    workload: "drain-100-100000",
    durability: "full",
    backlog: "scheduled1000000",
    against: "millrace",
    target: 0.8,
  },
  {
    what: "100 concurrent sends, 1,000,000 queued",
    workload: "send-concurrent-100-30000",
    durability: "full",
    backlog: "queued1000000",
    against: "millrace",
    target: 0.8,
  },
];

/** A figure that stands for itself. */
export interface Figure {
  readonly what: string;
  readonly figure: string;
  readonly field: string;
  readonly unit: string;
  readonly most: number;
}

export const FIGURES: readonly Figure[] = [
  { what: "pick-up at 50/s in a process, p99", figure: "pickup-process", field: "p99", unit: "ms", most: 5 },
  { what: "pick-up at 50/s across processes, p99", figure: "pickup-across", field: "p99", unit: "ms", most: 20 },
  { what: "lateness of 10,000 delayed jobs, p99", figure: "lateness", field: "p99", unit: "ms", most: 10 },
  { what: "of them early", figure: "lateness", field: "early", unit: "jobs", most: 0 },
  { what: "idle worker", figure: "idle", field: "percentOfCore", unit: "% of a core", most: 1 },
  { what: "worker's memory, 1,000,000 queued", figure: "backlog", field: "rssMiB", unit: "MiB", most: 200 },
  { what: "on disk for each queued job", figure: "backlog", field: "bytesPerJob", unit: "bytes", most: 500 },
];
