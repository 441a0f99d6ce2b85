import * as errors from "../../errors/index.ts";

/** A gateway that has not answered by then is taken for unreachable; the caller asks again. */
const ANSWER_MS = 10_000;

const UNAVAILABLE = new Set([500, 502, 503, 504]);

/** The line to one gateway: a request at a time, its answer or the error that it stands for. */
export class Line {
  readonly #base: string;
  readonly #token: string | undefined;
  readonly #closed = new AbortController();

  constructor(base: string, token: string | undefined) {
    this.#base = base;
    this.#token = token;
  }

  /** Ends every request that is under way. */
  close(): void {
    this.#closed.abort(closed());
  }

  get(path: string): Promise<unknown> {
    return this.#answered(path, { method: "GET" });
  }

  post(path: string, body: string): Promise<unknown> {
    return this.#answered(path, { method: "POST", body });
  }

  /** The events of an answer that is a stream of them, until it ends. */
  async *events(path: string, body: string, signal: AbortSignal): AsyncGenerator<{ name: string; data: unknown }> {
    const headers = { accept: "text/event-stream" };
    const response = await this.#fetch(path, { method: "POST", body, headers }, signal);
    const decoder = new TextDecoder();
    let text = "";
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      const blocks = text.split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks) {
        const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(block) ?? [];
        if (name !== undefined && data !== undefined) yield { name, data: JSON.parse(data) };
      }
    }
  }

  async #answered(path: string, init: RequestInit): Promise<unknown> {
    const response = await this.#fetch(path, init, AbortSignal.timeout(ANSWER_MS));
    try {
      return JSON.parse(await response.text());
    } catch (error) {
      if (error instanceof SyntaxError) throw this.#noGateway();
      throw this.#unreachable(error);
    }
  }

  async #fetch(path: string, { headers, ...init }: RequestInit, signal: AbortSignal): Promise<Response> {
    if (this.#closed.signal.aborted) throw closed();
    let response: Response;
    try {
      response = await fetch(this.#base + path, {
        ...init,
        headers: {
          ...(init.body === undefined ? {} : { "content-type": "application/json" }),
          ...(this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }),
          ...(headers as Record<string, string> | undefined),
        },
        // A token goes nowhere but to the gateway it is for.
        redirect: "error",
        signal: AbortSignal.any([signal, this.#closed.signal]),
      });
    } catch (error) {
      throw this.#closed.signal.aborted ? closed() : this.#unreachable(error);
    }
    if (response.ok) return response;
    throw this.#refusal(response, await response.text().catch(() => ""));
  }

  #refusal(response: Response, text: string): Error {
    const isProblem = response.headers.get("content-type")?.startsWith("application/problem+json") === true;
    const problem = isProblem ? problemIn(text) : undefined;
    const known = Object.entries(errors.ERROR_CODES).find(([code]) => code === problem?.code)?.[1];
    if (problem !== undefined && known !== undefined && known.name !== "PartialSendError") {
      return new errors[known.name](problem.detail, { details: problem.details });
    }
    if (UNAVAILABLE.has(response.status)) return this.#unreachable(`it answered ${response.status}`);
    return this.#noGateway();
  }

  #unreachable(why: unknown): errors.StoreUnavailableError {
    const cause = why instanceof Error ? (why.cause ?? why) : why;
    return new errors.StoreUnavailableError(`the gateway at ${this.#base} gave no answer: ${String(cause)}`, {
      cause: why,
    });
  }

  #noGateway(): errors.ConfigurationError {
    return new errors.ConfigurationError(
      `what answers at ${this.#base} is no Millrace gateway: give the URL that millrace gateway printed, without a path`,
    );
  }
}

interface Problem {
  readonly code: string;
  readonly detail: string;
  readonly details: Readonly<Record<string, unknown>>;
}

function problemIn(text: string): Problem | undefined {
  try {
    const { code, detail, details } = JSON.parse(text) as Record<string, unknown>;
    return {
      code: String(code),
      detail: String(detail),
      details: typeof details === "object" && details !== null ? (details as Problem["details"]) : {},
    };
  } catch {
    return undefined;
  }
}

function closed(): errors.ClosedError {
  return new errors.ClosedError("the store is closed");
}
