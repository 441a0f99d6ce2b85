type AnswerHeaders = Readonly<Record<string, string>>;

/** Taken for nothing else than it says it is. */
const PLAIN: AnswerHeaders = { "x-content-type-options": "nosniff" };
/** And stored by nobody. */
const PASSING: AnswerHeaders = { ...PLAIN, "cache-control": "no-store" };

export const JSON_HEADERS: AnswerHeaders = { ...PASSING, "content-type": "application/json" };
/** What a POST is answered is stored by nobody anyway, and has one header the less. */
export const POST_HEADERS: AnswerHeaders = { ...PLAIN, "content-type": "application/json" };
export const PROBLEM_HEADERS: AnswerHeaders = { ...PASSING, "content-type": "application/problem+json" };
export const EVENT_HEADERS: AnswerHeaders = {
  ...PASSING,
  "content-type": "text/event-stream",
  "x-accel-buffering": "no",
};
