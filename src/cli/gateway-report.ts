import type { AuditEntry } from "../index.ts";
import { type Paint, terminal } from "./terminal.ts";
import { clockTime, iso, lengthOf } from "./times.ts";
import { visible, visibleJson } from "./visible.ts";

/** Sends are too many to be told one by one. */
const SENDING = "POST /v1/jobs";

/** Says what a gateway does, a line at a time: for people, or as JSON for programs. */
export class GatewayReport {
  readonly #json: boolean;
  readonly #debug: boolean;
  readonly #startedAt = performance.now();
  #sent = 0;

  constructor(json: boolean, debug: boolean) {
    this.#json = json;
    this.#debug = debug;
  }

  ready(url: string, store: string, tokens: string | undefined): void {
    const shown = store.replace(/\/\/[^@/]*@/, "//***@");
    const who = tokens === undefined ? "no token asked for" : `tokens in ${tokens}`;
    this.#line("ready", "green", `${url} · ${shown} · ${who} · ${url}/docs`, { event: "ready", url });
  }

  audit(entry: AuditEntry): void {
    if (entry.action === SENDING && entry.status < 400) this.#sent += entry.count ?? 0;
    if (entry.action === SENDING && entry.status !== 403 && !this.#debug) return;
    const { action, status, caller = "unknown", queue, count } = entry;
    const facts = [queue, count === undefined ? undefined : `${count} jobs`, `by ${caller}`];
    const text = `${status} ${action} · ${facts.filter((fact) => fact !== undefined).join(" · ")}`;
    this.#line("change", status < 400 ? "cyan" : "yellow", text, { event: "change", ...entry });
  }

  stopping(): void {
    this.#line("stopping", "cyan", "requests under way are answered; a second signal ends at once", {
      event: "stopping",
    });
  }

  stopped(): void {
    const upMs = Math.round(performance.now() - this.#startedAt);
    this.#line("stopped", "cyan", `${this.#sent} jobs accepted · up ${lengthOf(upMs)}`, {
      event: "stopped",
      accepted: this.#sent,
      upMs,
    });
  }

  #line(word: string, paint: Paint, text: string, facts: object): void {
    if (this.#json) {
      terminal.print(visibleJson(JSON.stringify({ at: iso(Date.now()), ...facts })));
      return;
    }
    const time = terminal.paint("dim", clockTime());
    terminal.print(`${time} ${terminal.paint(paint, word.padEnd(9))} ${visible(text)}`);
  }
}
