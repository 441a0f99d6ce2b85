import { type ExecFileException, execFile } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { existsSync, globSync } from "node:fs";
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { cacheFolder } from "./cache-folder.ts";

const run = promisify(execFile);
const LIMIT_MS = 180_000;

/** One package and what it needs, from one release of the system this machine runs. */
export interface PackageWish {
  readonly name: string;
  /** `own`: the sources as they are configured; `backports`: those and their backports; else a later release's name. */
  readonly release: string;
}

/**
 * Unpacks a package, with the libraries this machine lacks, from the package archive that the machine is set up with:
 * without root, and without a change to the machine. It is kept in the user's cache folder by the versions of what is
 * in it, so that only the first call on a machine takes seconds. Two at once do not disturb each other.
 *
 * @returns the folder that stands for `/`
 * @throws Error when there is no apt, no network, no such release or no such package
 */
export async function unpacked({ name, release }: PackageWish): Promise<string> {
  const shelf = join(await cacheFolder(), "servers", `${name}@${release}`);
  await mkdir(shelf, { recursive: true });
  const kept = (await readdir(shelf)).find((entry) => !entry.startsWith("."));
  if (kept !== undefined) return join(shelf, kept);
  const work = join(shelf, `.${randomUUID()}`);
  try {
    const packages = await downloaded(name, release, work);
    const root = join(work, "root");
    await mkdir(root);
    for (const file of packages) await run("dpkg", ["-x", file, root], { timeout: LIMIT_MS });
    const versions = packages.map((file) => basename(file)).sort();
    const place = join(shelf, createHash("sha256").update(versions.join("\n")).digest("hex").slice(0, 16));
    await rename(root, place).catch((error: unknown) => {
      // Who comes second finds the folder taken, by the same versions.
      if (!existsSync(place)) throw error;
    });
    return place;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Has apt download a package and what it needs into private folders; resolves with the files. */
async function downloaded(name: string, release: string, work: string): Promise<string[]> {
  const [state, cache] = [join(work, "state"), join(work, "cache")];
  await mkdir(join(state, "lists", "partial"), { recursive: true });
  await mkdir(join(cache, "archives", "partial"), { recursive: true });
  const settings = {
    "Dir::State": state,
    "Dir::Cache": cache,
    // What the machine has need not be fetched. A later release is fetched whole, down to its C library.
    "Dir::State::status": release === "own" || release === "backports" ? "/var/lib/dpkg/status" : "/dev/null",
    "Debug::NoLocking": "1",
    ...(await sourcesOf(release, work)),
  };
  const options = Object.entries(settings).flatMap(([key, value]) => ["-o", `${key}=${value}`]);
  const apt = async (...args: string[]): Promise<void> => {
    const env = { ...process.env, LC_ALL: "C", DEBIAN_FRONTEND: "noninteractive" };
    try {
      await run("apt-get", [...options, "-q", ...args], { env, timeout: LIMIT_MS });
    } catch (error) {
      const { stderr = "", message } = error as ExecFileException;
      throw new Error(`apt-get ${args[0]} failed: ${withoutAddresses(stderr.trim() || message)}`, { cause: error });
    }
  };
  await apt("update", "-o", "APT::Update::Error-Mode=any");
  const wish = release === "backports" ? ["-t", `${await ownRelease()}-backports`, name] : [name];
  await apt("install", "--download-only", "--no-install-recommends", "--yes", ...wish);
  const files = globSync(join(cache, "archives", "*.deb"));
  if (files.length === 0) throw new Error(`${name} is installed here, but its programs are not where they belong`);
  return files;
}

/** Settings that make apt read other sources than the configured ones: the same archive, another release. */
async function sourcesOf(release: string, work: string): Promise<Record<string, string>> {
  if (release === "own") return {};
  const own = await ownRelease();
  const source = (await configuredSources()).find(({ suites }) => suites.includes(own));
  if (source === undefined) throw new Error(`no package source of the release ${own} is configured`);
  const suites = release === "backports" ? [own, `${own}-backports`] : [release];
  const file = join(work, "extra.list");
  const key = source.key === undefined ? "" : `[signed-by=${source.key}] `;
  await writeFile(file, suites.map((suite) => `deb ${key}${source.uri} ${suite} main\n`).join(""));
  return { "Dir::Etc::sourcelist": file, "Dir::Etc::sourceparts": "/dev/null" };
}

interface Source {
  readonly uri: string;
  readonly suites: readonly string[];
  readonly key?: string | undefined;
}

/** The machine's package sources, from files of either form. */
async function configuredSources(): Promise<Source[]> {
  const files = globSync(["/etc/apt/sources.list", "/etc/apt/sources.list.d/*.{list,sources}"]);
  const texts = await Promise.all(files.map((file) => readFile(file, "utf8")));
  return texts.flatMap((text) => [...stanzas(text), ...lines(text)]);
}

function stanzas(text: string): Source[] {
  return text.split(/\n\s*\n/).flatMap((stanza) => {
    const field = (name: string): string | undefined =>
      new RegExp(`^${name}:[ \\t]*(.+)$`, "im").exec(stanza)?.[1]?.trim();
    const [uri, suites] = [field("URIs")?.split(/\s+/)[0], field("Suites")];
    return uri === undefined || suites === undefined
      ? []
      : [{ uri, suites: suites.split(/\s+/), key: field("Signed-By") }];
  });
}

function lines(text: string): Source[] {
  return [...text.matchAll(/^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s/gm)].map(
    ([, options, uri = "", suite = ""]) => ({
      uri,
      suites: [suite],
      key: /signed-by=(\S+)/.exec(options ?? "")?.[1],
    }),
  );
}

async function ownRelease(): Promise<string> {
  const release = /^VERSION_CODENAME=(.+)$/m.exec(await readFile("/etc/os-release", "utf8"))?.[1];
  if (release === undefined) throw new Error("/etc/os-release has no VERSION_CODENAME");
  return release;
}

/** A message that may end in a log, without the archive's address, which may hold a password. */
function withoutAddresses(text: string): string {
  return text.replaceAll(/[a-z][a-z+]*:\/\/\S+/g, "(the archive)");
}
