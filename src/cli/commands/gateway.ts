import type { GatewayOptions } from "../../index.ts";
import { AuditFile } from "../audit-file.ts";
import type { CommandDeclaration } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import type { Flags } from "../flags.ts";
import { GatewayReport } from "../gateway-report.ts";
import { QuietLogger } from "../quiet-logger.ts";
import { openApp, placeOf } from "../session.ts";
import { UsageError } from "../usage-error.ts";

export const gateway: CommandDeclaration = {
  usage: "gateway",
  summary: "Serve a store over HTTP, for programs in any language",
  flags: [
    ["--address <host:port>", "Where to listen (default: 127.0.0.1:9595)"],
    ["--tokens <file>", "Let in who has one of these tokens; needed for any other address than a loopback one"],
    ["--tls-cert <file>", "Serve HTTPS with this certificate (PEM), and --tls-key"],
    ["--tls-key <file>", "The certificate's key (PEM)"],
    [
      "--allow-host <name>",
      "A name by which the gateway may be called, beside its address; may be repeated",
      "repeatable",
    ],
    ["--read-only", "Refuse every change"],
    ["--rate-limit <n>", "Requests a second for each token, 0 for any number (default: 1000)"],
    ["--max-backlog <n>", "Jobs that may wait in one queue, 0 for any number (default: 1000000)"],
    ["--max-body <bytes>", "The largest body, packed or unpacked (default: 8388608)"],
    ["--max-streams <n>", "Event streams and waits open at once (default: 10000)"],
    ["--audit-log <file>", "Append every request that changes something to this file, as JSON lines"],
  ],
  examples: [
    ["millrace gateway", "on this machine only, http://127.0.0.1:9595/docs says how to use it"],
    ["millrace gateway --address 0.0.0.0:9595 --tokens ./tokens.json", "for others, who need a token"],
    ["millrace gateway --store sqlite:/var/lib/shop.db --read-only", "to look, not to touch"],
  ],
  run: async (_words, flags) => {
    const place = placeOf(flags);
    const debug = flags.has("debug");
    const report = new GatewayReport(flags.has("json"), debug);
    const auditLog = flags.text("audit-log");
    const auditFile = auditLog === undefined ? undefined : new AuditFile(auditLog);
    const stop = stopSignal();
    await using app = openApp(place, flags, new QuietLogger(debug));
    const opened = await app.gateway({
      ...gatewayOptions(flags),
      ownProcess: true,
      audit: async (entry) => {
        report.audit(entry);
        await auditFile?.write(entry);
      },
    });
    report.ready(opened.url, place.store, flags.text("tokens"));
    await stop;
    report.stopping();
    await opened.close();
    await app.close();
    await auditFile?.close();
    report.stopped();
    return EXIT.ok;
  },
};

/** @throws UsageError, ConfigurationError */
function gatewayOptions(flags: Flags): GatewayOptions {
  const cert = flags.text("tls-cert");
  const key = flags.text("tls-key");
  if ((cert === undefined) !== (key === undefined)) {
    throw new UsageError("--tls-cert and --tls-key go together", "give the certificate and its key, or neither");
  }
  const given = {
    address: flags.text("address"),
    tokens: flags.text("tokens"),
    tls: cert === undefined || key === undefined ? undefined : { cert, key },
    allowHosts: flags.texts("allow-host"),
    readOnly: flags.has("read-only") ? true : undefined,
    rateLimit: flags.number("rate-limit"),
    maxBacklog: flags.number("max-backlog"),
    maxBodyBytes: flags.number("max-body"),
    maxStreams: flags.number("max-streams"),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
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
