import { ConfigurationError } from "../errors/index.ts";

/**
 * Takes apart where to listen: a host and a port, as in `127.0.0.1:9595` or `[::1]:9595`; port 0 is any that is free.
 *
 * @throws ConfigurationError
 */
export function listenAddress(address: string): { readonly host: string; readonly port: number } {
  const match = /^(?:\[([^\]]*)\]|([^:]*)):(\d{1,5})$/.exec(address);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host === undefined || host === "" || port > 65_535) {
    throw new ConfigurationError(
      `${JSON.stringify(address)} is no address: give a host and a port, such as "127.0.0.1:9595" or "[::1]:9595"`,
    );
  }
  return { host, port };
}
