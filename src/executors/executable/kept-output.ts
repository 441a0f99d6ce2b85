import { isUtf8 } from "node:buffer";

/** What is kept of what a program wrote. */
export class KeptOutput {
  /** With a note in the middle, where something is not kept. */
  readonly bytes: Buffer;
  /** Bytes written in all. */
  readonly totalBytes: number;
  /** Bytes that are not kept. */
  readonly droppedBytes: number;

  constructor({ bytes, totalBytes, droppedBytes }: Pick<KeptOutput, "bytes" | "totalBytes" | "droppedBytes">) {
    this.bytes = bytes;
    this.totalBytes = totalBytes;
    this.droppedBytes = droppedBytes;
  }

  /** As text; what is no UTF-8 becomes U+FFFD. */
  text(): string {
    return this.bytes.toString("utf8");
  }

  /** As a result: a text where it is UTF-8, so that it can be made into the same bytes again; else the bytes as base64. */
  value(): string | { readonly base64: string } {
    return isUtf8(this.bytes) ? this.text() : { base64: this.bytes.toString("base64") };
  }
}
