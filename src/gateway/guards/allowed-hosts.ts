import { networkInterfaces, hostname } from "node:os";
import { ForbiddenError } from "../../errors/index.ts";

const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];
const EVERYWHERE = new Set(["0.0.0.0", "::"]);

/** The hosts by which a gateway may be called, without ports: those of the address it listens at, and what was added. */
export function allowedHosts(address: string, added: readonly string[]): ReadonlySet<string> {
  const own = EVERYWHERE.has(address)
    ? [hostname(), ...Object.values(networkInterfaces()).flatMap((each) => each?.map((of) => of.address) ?? [])]
    : [address];
  return new Set([...LOOPBACK, ...own.map(bracketed), ...added.map((host) => host.toLowerCase())]);
}

/**
 * Refuses a request that was made to another name than the gateway's: a page that had its own name point here would
 * otherwise speak to the gateway as if it were its own server (DNS rebinding).
 *
 * @throws ForbiddenError
 */
export function demandHost(host: string | undefined, allowed: ReadonlySet<string>): void {
  const name = (host ?? "").replace(/:\d*$/, "").replace(/\.$/, "").toLowerCase();
  if (allowed.has(name)) return;
  throw new ForbiddenError(
    "this host is not one of the gateway's: call it by the address it listens at, or start it with --allow-host",
    { details: { status: 421 } },
  );
}

function bracketed(address: string): string {
  const lower = address.toLowerCase();
  return lower.includes(":") && !lower.startsWith("[") ? `[${lower}]` : lower;
}
