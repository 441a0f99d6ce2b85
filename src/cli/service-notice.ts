import { execFile } from "node:child_process";
import type { Logger } from "../index.ts";

/** Longer than this, and the service manager is left alone. */
const LIMIT_MS = 5_000;

/**
 * Tells systemd how a service is, where the unit asks for it (`Type=notify`, and `NotifyAccess=all`, because the message
 * comes from a program: Node has no sockets of the kind that systemd listens to). Without `$NOTIFY_SOCKET`, does nothing.
 */
export function notifyService(state: "ready" | "stopping", status: string, logger: Logger): Promise<void> {
  if ((process.env["NOTIFY_SOCKET"] ?? "") === "") return Promise.resolve();
  return new Promise((resolve) => {
    execFile("systemd-notify", [`--${state}`, `--status=${status}`], { timeout: LIMIT_MS }, (error) => {
      if (error !== null) {
        logger.warn("systemd could not be told; is the program systemd-notify installed?", { error: error.message });
      }
      resolve();
    });
  });
}
