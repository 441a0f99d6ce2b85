const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
] as const;

/** A length of time in its largest unit: `240 ms`, `3.2 s`, `15 s`, `4 m`, `3 d`. */
export function lengthOf(ms: number): string {
  for (const [unit, size] of UNITS) {
    const amount = ms / size;
    // 59.9 minutes are an hour to everybody.
    if (amount < 0.995) continue;
    return `${amount < 10 ? Math.round(amount * 10) / 10 : Math.round(amount)} ${unit}`;
  }
  return `${Math.round(ms)} ms`;
}

/** A moment as seen from `now`: `4 m ago`, `in 3 s`, `now`. */
export function relative(at: number, now: number): string {
  const ms = now - at;
  if (Math.abs(ms) < 1_000) return ms >= 0 ? "just now" : "now";
  return ms > 0 ? `${lengthOf(ms)} ago` : `in ${lengthOf(-ms)}`;
}

/** ISO 8601 in UTC. */
export function iso(at: number): string {
  return new Date(at).toISOString();
}

/** Time of day here, for lines of a log. */
export function clockTime(date: Date = new Date()): string {
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, "0")).join(":");
}
