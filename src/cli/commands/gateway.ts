import type { Configuration, SettingKey } from "../../config/index.ts";
import type { GatewayOptions } from "../../index.ts";
import { AuditFile } from "../audit-file.ts";
import type { CommandDeclaration } from "../command.ts";
import { logCrashes } from "../crash-line.ts";
import { LOG_SETTINGS, daemonLog } from "../daemon-log.ts";
import { EXIT } from "../exit-codes.ts";
import { GatewayReport } from "../gateway-report.ts";
import { notifyService } from "../service-notice.ts";
import { openApp, placeOf } from "../session.ts";
import { UsageError } from "../usage-error.ts";

const OWN: readonly SettingKey[] = [
  "gateway.address",
  "gateway.tokens",
  "gateway.tlsCert",
  "gateway.tlsKey",
  "gateway.allowHosts",
  "gateway.readOnly",
  "gateway.rateLimit",
  "gateway.maxBacklog",
  "gateway.maxBody",
  "gateway.maxStreams",
  "gateway.auditLog",
  ...LOG_SETTINGS,
];

export const gateway: CommandDeclaration = {
  usage: "gateway",
  summary: "Serve a store over HTTP, for programs in any language",
  settings: OWN,
  flags: [],
  examples: [
    ["millrace gateway", "on this machine only, http://127.0.0.1:9595/docs says how to use it"],
    ["millrace gateway --address 0.0.0.0:9595 --tokens ./tokens.json", "for others, who need a token"],
    ["millrace gateway --store sqlite:/var/lib/shop.db --read-only", "to look, not to touch"],
    ["millrace gateway --config /etc/shop.yaml", "as the file says"],
  ],
  run: async (_words, flags) => {
    const place = await placeOf(flags, OWN);
    const { configuration } = place;
    const options = gatewayOptions(configuration);
    const debug = flags.has("debug");
    const { logger, level } = daemonLog(configuration, { json: flags.has("json"), debug });
    logCrashes(logger, debug);
    for (const remark of configuration.remarks) logger.warn(remark);
    const report = new GatewayReport(logger, debug);
    const auditLog = configuration.get("gateway.auditLog");
    await using auditFile = auditLog === undefined ? undefined : await AuditFile.open(auditLog, logger);
    const stop = stopSignal();
    await using app = openApp(place, logger, level === "debug");
    const opened = await app.gateway({
      ...options,
      ownProcess: true,
      audit: async (entry) => {
        report.audit(entry);
        await auditFile?.write(entry);
      },
    });
    report.ready(opened.url, place.store, options.tokens);
    await notifyService("ready", opened.url, logger);
    await stop;
    report.stopping();
    void notifyService("stopping", "requests under way are answered", logger);
    await opened.close();
    await app.close();
    report.stopped();
    return EXIT.ok;
  },
};

/** @throws UsageError */
function gatewayOptions(configuration: Configuration): GatewayOptions {
  const cert = configuration.get("gateway.tlsCert");
  const key = configuration.get("gateway.tlsKey");
  if ((cert === undefined) !== (key === undefined)) {
    throw new UsageError("--tls-cert and --tls-key go together", "give the certificate and its key, or neither");
  }
  return {
    ...configuration.pick({
      address: "gateway.address",
      tokens: "gateway.tokens",
      allowHosts: "gateway.allowHosts",
      readOnly: "gateway.readOnly",
      rateLimit: "gateway.rateLimit",
      maxBacklog: "gateway.maxBacklog",
      maxBodyBytes: "gateway.maxBody",
      maxStreams: "gateway.maxStreams",
      maxConnections: "gateway.maxConnections",
    }),
    ...(cert === undefined || key === undefined ? {} : { tls: { cert, key } }),
  };
}

/** Resolves at the first SIGTERM or SIGINT; a second one ends the process. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let heard = false;
    for (const name of ["SIGTERM", "SIGINT"] as const) {
      process.on(name, () => {
        if (heard) process.exit(EXIT.failed);
        heard = true;
        resolve();
      });
    }
  });
}
