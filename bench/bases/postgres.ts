import { PostgresServer } from "../../test/servers/index.ts";
import type { Base, Meter } from "./base.ts";

/** Starts a PostgreSQL server as it comes: fsync and synchronous_commit are on. */
export async function startPostgres(): Promise<Base> {
  const server = await PostgresServer.start();
  return {
    address: { kind: "postgres", url: server.url, pid: server.pid },
    about: `PostgreSQL ${server.version}, its default settings: fsync and synchronous_commit on, loopback`,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

export async function postgresMeter(url: string): Promise<Meter> {
  const { Client } = await import("pg");
  const client = new Client({ connectionString: url });
  await client.connect();
  const number = async (query: string): Promise<number> => {
    const { rows } = await client.query<{ number: string }>(`SELECT (${query}) AS number`);
    return Number(rows[0]?.number);
  };
  return {
    // Transactions, which is what a query is that belongs to none.
    requests: () =>
      number("SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()"),
    bytes: () => number("pg_database_size(current_database())"),
    close: () => client.end(),
  };
}
