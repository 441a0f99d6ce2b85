/** One request that changed something, or was to. */
export interface AuditEntry {
  /** ISO 8601, by the gateway's clock. */
  readonly at: string;
  /** The token's name, or `anonymous`; absent where none was recognised. */
  readonly caller?: string;
  /** The address it came from. */
  readonly from?: string;
  /** Method and route, such as `POST /v1/jobs`. */
  readonly action: string;
  /** The answer's status. */
  readonly status: number;
  /** The queue it was for, where it was for one. */
  readonly queue?: string;
  /** How many jobs it concerned. */
  readonly count?: number;
  /** Their ids, of very many the first ten. Never arguments. */
  readonly ids?: readonly string[];
}

/** Is told of every request that changes something, before it is answered. */
export type Audit = (entry: AuditEntry) => void | Promise<void>;
