import { ForbiddenError } from "../../errors/index.ts";

/**
 * Refuses a change that a page of another site asks for. Programs send neither of these headers; browsers send at least
 * one, and a page cannot forge them.
 *
 * @throws ForbiddenError
 */
export function demandSameSite(headers: Headers, host: string | undefined): void {
  const site = headers.get("sec-fetch-site");
  const origin = headers.get("origin");
  if (site !== null && site !== "same-origin" && site !== "none") throw crossSite();
  if (origin !== null && hostOf(origin) !== host?.toLowerCase()) throw crossSite();
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

function crossSite(): ForbiddenError {
  return new ForbiddenError("a page of another site asks for a change; only the gateway's own pages may");
}
