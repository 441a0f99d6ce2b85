import { randomBytes } from "node:crypto";

/**
 * Marks what this process starts, in the variable MILLRACE_RUN, which children inherit. A worker that is itself run by
 * another one adds its own mark behind the other's, so that both find their own.
 */
export class RunMarker {
  /** In the mark of every run of this process. */
  readonly token: string;
  #runs = 0;

  constructor(token: string = randomBytes(12).toString("hex")) {
    this.token = token;
  }

  /** The variable's value for a new run, and the part of it by which that run is found. */
  next(): { readonly variable: string; readonly mark: string } {
    this.#runs += 1;
    const mark = `${this.token}.${this.#runs}.`;
    return { variable: `${process.env["MILLRACE_RUN"] ?? ""}${mark}`, mark };
  }
}
