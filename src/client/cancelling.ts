import type { Keep, Store, StoredJob } from "../contracts/index.ts";
import { type JobState, type RunPlan, decodeBody, isFinal, keepOf, runPolicy } from "../core/index.ts";
import { stepsOf } from "../internal/steps.ts";
import type { ClientHost } from "./client-host.ts";

/** Records looked at in one go: each may be as large as its arguments and its value. */
const STEP = 100;

/**
 * Cancels jobs. How long a record is kept that ends by it is what was said for this cancellation, else what holds for the
 * job: its send, its task, the app.
 *
 * @returns the state of each after the call; `undefined` for one that is unknown
 */
export async function cancelJobs(
  ask: <T>(look: (store: Store) => Promise<T>) => Promise<T>,
  host: Pick<ClientHost, "plan" | "taskNamed">,
  ids: readonly string[],
  said: RunPlan = {},
): Promise<readonly (JobState | undefined)[]> {
  const groups = new Map<string, { readonly keep: Keep; readonly ids: string[] }>();
  for (const step of stepsOf(ids, STEP)) {
    for (const job of await ask((store) => store.load(step))) {
      if (job === undefined) continue;
      const keep = keepOf(runPolicy(host.plan, host.taskNamed(job.task)?.plan, planOf(job), said));
      const key = `${keep.recordMs} ${keep.resultMs}`;
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { keep, ids: [job.id] });
      else group.ids.push(job.id);
    }
  }
  const states = new Map<string, JobState | undefined>();
  for (const { keep, ids: grouped } of groups.values()) {
    for (const step of stepsOf(grouped, STEP)) {
      const results = await ask((store) => store.requestCancel(step, keep));
      for (const [at, id] of step.entries()) states.set(id, results[at]);
    }
  }
  return ids.map((id) => states.get(id));
}

function planOf(job: StoredJob): RunPlan | undefined {
  try {
    return isFinal(job.state) ? undefined : decodeBody(job.body).plan;
  } catch {
    return undefined;
  }
}
