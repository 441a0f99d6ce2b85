import { type KeyObject, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { isIPv4 } from "node:net";
import { join } from "node:path";

/** Files that a server with TLS needs, and the one that its clients need. */
export interface Certificates {
  /** The certificate of the authority that signed the server's. */
  readonly authorityFile: string;
  readonly certificateFile: string;
  readonly keyFile: string;
}

const DAY_MS = 86_400_000;
const ECDSA_WITH_SHA256 = "2a8648ce3d040302";
const COMMON_NAME = "550403";
const BASIC_CONSTRAINTS = "551d13";
const ALTERNATIVE_NAMES = "551d11";

/** Makes an authority that nobody else trusts, and a server's certificate for these hosts: valid for a day, from now. */
export async function makeCertificates(folder: string, hosts: readonly string[]): Promise<Certificates> {
  const [authority, server] = [keys(), keys()];
  const name = "Millrace's tests";
  const own = certificate({
    subject: name,
    issuer: name,
    key: authority.publicKey,
    signer: authority.privateKey,
    extensions: [extension(BASIC_CONSTRAINTS, sequence(der(0x01, Buffer.of(0xff))))],
  });
  const signed = certificate({
    subject: hosts[0] ?? "nobody",
    issuer: name,
    key: server.publicKey,
    signer: authority.privateKey,
    extensions: [extension(ALTERNATIVE_NAMES, sequence(...hosts.map(alternativeName)))],
  });
  const files = {
    authorityFile: join(folder, "authority.pem"),
    certificateFile: join(folder, "server.pem"),
    keyFile: join(folder, "server.key"),
  };
  await writeFile(files.authorityFile, pem(own));
  await writeFile(files.certificateFile, pem(signed));
  await writeFile(files.keyFile, server.privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  return files;
}

function keys(): { publicKey: KeyObject; privateKey: KeyObject } {
  return generateKeyPairSync("ec", { namedCurve: "P-256" });
}

/** An X.509 certificate, version 3 (RFC 5280). */
function certificate(parts: {
  readonly subject: string;
  readonly issuer: string;
  readonly key: KeyObject;
  readonly signer: KeyObject;
  readonly extensions: readonly Buffer[];
}): Buffer {
  const algorithm = sequence(objectId(ECDSA_WITH_SHA256));
  const now = Date.now();
  const body = sequence(
    der(0xa0, integer(Buffer.of(2))),
    integer(Buffer.concat([Buffer.of(1), randomBytes(8)])),
    algorithm,
    distinguishedName(parts.issuer),
    sequence(time(now - DAY_MS), time(now + DAY_MS)),
    distinguishedName(parts.subject),
    parts.key.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(...parts.extensions)),
  );
  return sequence(body, algorithm, der(0x03, Buffer.of(0), sign("sha256", body, parts.signer)));
}

function distinguishedName(name: string): Buffer {
  return sequence(der(0x31, sequence(objectId(COMMON_NAME), der(0x0c, Buffer.from(name)))));
}

function alternativeName(host: string): Buffer {
  return isIPv4(host) ? der(0x87, Buffer.from(host.split(".").map(Number))) : der(0x82, Buffer.from(host));
}

/** A critical extension. */
function extension(id: string, value: Buffer): Buffer {
  return sequence(objectId(id), der(0x01, Buffer.of(0xff)), der(0x04, value));
}

function time(at: number): Buffer {
  return der(0x18, Buffer.from(`${new Date(at).toISOString().replaceAll(/[-:T]/g, "").slice(0, 14)}Z`));
}

function objectId(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, "hex"));
}

function integer(bytes: Buffer): Buffer {
  return der(0x02, bytes);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, ...parts);
}

/** One element of the distinguished encoding rules: tag, length, content. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const length = content.length;
  const lengthBytes =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, Math.floor(length / 0x100), length % 0x100];
  return Buffer.concat([Buffer.from([tag, ...lengthBytes]), content]);
}

function pem(bytes: Buffer): string {
  const lines = bytes.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}
