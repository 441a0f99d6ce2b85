import type { Route } from "../route.ts";
import { cancelJobs } from "./cancel-jobs.ts";
import { deadLetters } from "./dead-letters.ts";
import { followJobs } from "./follow-jobs.ts";
import { queues } from "./queues.ts";
import { readJobs } from "./read-jobs.ts";
import { sendJobs } from "./send-jobs.ts";
import { service } from "./service.ts";
import { workers } from "./workers.ts";

/** The gateway's table of routes, in the order in which it is documented. */
export const ROUTES: readonly Route[] = [
  sendJobs,
  ...readJobs,
  ...followJobs,
  ...cancelJobs,
  ...deadLetters,
  ...queues,
  ...workers,
  ...service,
];
