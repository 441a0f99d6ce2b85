import type { AuditEntry, Logger } from "../index.ts";
import { redacted } from "../internal/redacted.ts";
import { lengthOf } from "./times.ts";

/** Sends are too many to be told one by one. */
const SENDING = "POST /v1/jobs";

/** Logs what a gateway does: each line is a sentence for people, and an `event` with its facts for programs. */
export class GatewayReport {
  readonly #logger: Logger;
  readonly #debug: boolean;
  readonly #startedAt = performance.now();
  #sent = 0;

  /** @param debug tells of every send, too */
  constructor(logger: Logger, debug: boolean) {
    this.#logger = logger;
    this.#debug = debug;
  }

  ready(url: string, store: string, tokens: string | undefined): void {
    const who = tokens === undefined ? "no token asked for" : `tokens in ${tokens}`;
    this.#logger.info(`${url} · ${redacted(store)} · ${who} · ${url}/docs`, { event: "ready", url });
  }

  audit(entry: AuditEntry): void {
    if (entry.action === SENDING && entry.status < 400) this.#sent += entry.count ?? 0;
    if (entry.action === SENDING && entry.status !== 403 && !this.#debug) return;
    const { action, status, caller = "unknown", queue, count } = entry;
    const facts = [queue, count === undefined ? undefined : `${count} ${count === 1 ? "job" : "jobs"}`, `by ${caller}`];
    const text = `${status} ${action} · ${facts.filter((fact) => fact !== undefined).join(" · ")}`;
    this.#logger[status < 400 ? "info" : "warn"](text, { event: "change", ...entry });
  }

  stopping(): void {
    this.#logger.info("requests under way are answered; a second signal ends at once", { event: "stopping" });
  }

  stopped(): void {
    const upMs = Math.round(performance.now() - this.#startedAt);
    const text = `${this.#sent} ${this.#sent === 1 ? "job" : "jobs"} accepted · up ${lengthOf(upMs)}`;
    this.#logger.info(text, { event: "stopped", accepted: this.#sent, upMs });
  }
}
