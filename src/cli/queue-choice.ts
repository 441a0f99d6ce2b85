import { UsageError } from "./usage-error.ts";

const DEFAULT_CONCURRENCY = 10;

/**
 * Queues with their concurrency, of forms such as `web:4` and `web`. What a name and a concurrency may be is for the
 * library to say.
 *
 * @throws UsageError
 */
export function queueChoice(forms: readonly string[]): Readonly<Record<string, number>> {
  const queues = new Map<string, number>();
  for (const form of forms) {
    const at = form.lastIndexOf(":");
    const name = at === -1 ? form : form.slice(0, at);
    const concurrency = at === -1 ? String(DEFAULT_CONCURRENCY) : form.slice(at + 1);
    if (name === "" || !/^-?\d+$/.test(concurrency)) {
      throw new UsageError(
        `--queue ${form}: "${concurrency}" is no concurrency`,
        "--queue NAME:CONCURRENCY, as in web:4",
      );
    }
    if (queues.has(name)) throw new UsageError(`--queue names "${name}" twice`);
    queues.set(name, Number(concurrency));
  }
  return Object.fromEntries(queues);
}
