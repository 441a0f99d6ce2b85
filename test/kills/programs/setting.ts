import { join } from "node:path";
import { type Logger, Millrace } from "../../../src/index.ts";
import { LedgerFile } from "./ledger-file.ts";

const silent = (): void => {};

/** The folder of one test, with its ledgers. The program's first argument. */
export const folder: string = process.argv[2] ?? "";
/** What else the test wants of the program. The second argument, JSON. */
export const wish: Readonly<Record<string, unknown>> = JSON.parse(process.argv[3] ?? "{}") as Record<string, unknown>;

export function wished(name: string, otherwise: number): number {
  const value = wish[name];
  return typeof value === "number" ? value : otherwise;
}

/** The URL of the test's store, the same in every program of it. */
export const url: string = String(wish["store"]);

const SILENT: Logger = { debug: silent, info: silent, warn: silent, error: silent };

export function makeApp(): Millrace {
  const limit = typeof wish["blockedLimit"] === "string" ? `?blockedLimit=${wish["blockedLimit"]}` : "";
  return new Millrace({ store: `${url}${limit}`, logger: SILENT });
}

export function ledger(name: string): LedgerFile {
  return new LedgerFile(join(folder, `${name}.ledger`));
}

/** Tells the test something, by a line on standard output. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
