/*
 * gateway: HTTP for programs in any language. A table of routes, each a function over a client; guards before it; a server
 * around it. Here: what a request may say, and what it is answered. Not here: anything that a client could not do.
 * Loaded only when a gateway is opened, and with it the libraries it stands on.
 */
export type { Audit, AuditEntry } from "./audit.ts";
export { type Gateway, openGateway } from "./gateway.ts";
export type { GatewayHost } from "./gateway-host.ts";
export { type GatewayOptions, type GatewayTls, gatewayPlan } from "./gateway-options.ts";
export { type Scope, SCOPES } from "./scope.ts";
export { type TokenEntry, newToken } from "./tokens/token.ts";
export { readTokens, writeTokens } from "./tokens/token-file.ts";
