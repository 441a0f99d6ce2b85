/** A ratio that the pool is to reach against another system in the same run. */
export interface Claim {
  readonly what: string;
  readonly ours: string;
  readonly against: string;
  readonly figure: "perSecond" | "peakMiB";
  /** The ratio ours / theirs: at least this for a speed, at most this for memory. */
  readonly target: number;
  /** Default a million. */
  readonly count?: number;
}

const handles = "Millrace, a handle each";
const promises = "Millrace, a promise each";
const tasks = "Millrace, task objects";
const callbacks = "Millrace, task objects with a callback";

export const CLAIMS: readonly Claim[] = [
  { what: "a handle for each", ours: handles, against: "fastq.promise", figure: "perSecond", target: 2 },
  { what: "a handle for each", ours: handles, against: "p-limit", figure: "perSecond", target: 2 },
  { what: "a promise for each", ours: promises, against: "fastq.promise", figure: "perSecond", target: 2 },
  { what: "a promise for each", ours: promises, against: "p-limit", figure: "perSecond", target: 2 },
  { what: "task objects", ours: tasks, against: "fastq, callbacks", figure: "perSecond", target: 1 },
  {
    what: "task objects with a callback",
    ours: callbacks,
    against: "fastq, callbacks",
    figure: "perSecond",
    target: 1,
  },
  {
    what: "200,000 tasks beside a million that wait",
    ours: "Millrace, beside a million that wait",
    against: "Millrace, alone",
    figure: "perSecond",
    target: 0.8,
    count: 200_000,
  },
  {
    what: "100,000 retries beside 300,000 in backoff",
    ours: "Millrace, retries beside 300,000 in backoff",
    against: "Millrace, retries alone",
    figure: "perSecond",
    target: 0.4,
    count: 100_000,
  },
  { what: "peak memory, a handle each", ours: handles, against: "fastq.promise", figure: "peakMiB", target: 1 / 3 },
  { what: "peak memory, a promise each", ours: promises, against: "fastq.promise", figure: "peakMiB", target: 1 / 3 },
  { what: "peak memory, task objects", ours: tasks, against: "fastq, callbacks", figure: "peakMiB", target: 1 },
];

/** Shown beside, without a claim: the field, and the limit. */
export const BESIDE: readonly { readonly name: string; readonly count: number }[] = [
  { name: "Millrace, one stream", count: 1_000_000 },
  { name: "p-queue", count: 1_000_000 },
  { name: "async.queue", count: 1_000_000 },
  { name: "piscina, threads", count: 50_000 },
  { name: "bare loops", count: 1_000_000 },
];
