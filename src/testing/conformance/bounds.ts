/*
 * Every length of time that the checks use. They are real waits for a real system, so they are short; a driver may be late, by
 * LATE_MS at most, and never early. What ends does so a millisecond after a look, by a clock that stands still between looks, so that a driver which is
 * early by a millisecond is seen.
 */

/** A lease that is meant to lapse. */
export const SHORT_LEASE_MS = 161;
/** A lease, or anything else, that is not meant to end while a check runs. */
export const LONG_MS = 3_600_000;
/** A delay, an expiry or a retention whose end is waited for. */
export const DELAY_MS = 121;
/** Added to a time that is waited for, so that its end is surely past. */
export const MARGIN_MS = 40;
/** Between two looks at something that is about to happen. */
export const STEP_MS = 20;
/** How late a driver may be. */
export const LATE_MS = 3_000;
/** How long a call that must not wait may take, in real time. */
export const PROMPT_MS = 8_000;
