import type { Base, BaseAddress, BaseKind, Meter } from "./base.ts";
import { fileMeter, startFile } from "./file.ts";
import { postgresMeter, startPostgres } from "./postgres.ts";
import { redisMeter, startRedis } from "./redis.ts";

/** Starts a new and empty base. What it writes goes to the folder for temporary files. */
export function startBase(kind: BaseKind): Promise<Base> {
  return { redis: startRedis, postgres: startPostgres, file: startFile }[kind]();
}

export function meterOf({ kind, url }: BaseAddress): Promise<Meter> {
  return { redis: redisMeter, postgres: postgresMeter, file: fileMeter }[kind](url);
}
