import { execFile } from "node:child_process";
import { accessSync, constants, globSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { unpacked } from "./package-archive.ts";

const run = promisify(execFile);

interface Kind {
  /** The program that is the server. */
  readonly program: string;
  /** Where else than in PATH it may be. */
  readonly places: readonly string[];
  /** The package that holds it, and the releases to take it from, in this order. */
  readonly package: string;
  readonly releases: readonly string[];
  /** The versions that will do. */
  readonly version: RegExp;
  /** Not every machine can have it: its absence is said in CI, and fails nothing. */
  readonly optional: boolean;
}

const USUAL = ["/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin", "/opt/homebrew/bin"];
const redis = { program: "redis-server", package: "redis-server", places: USUAL };
const valkey = { program: "valkey-server", package: "valkey-server", places: USUAL };

const KINDS = {
  redis: { ...redis, releases: ["own"], version: /^([7-9]|\d\d)\./, optional: false },
  "redis 8": { ...redis, releases: ["forky"], version: /^8\./, optional: true },
  "valkey 8": { ...valkey, releases: ["backports", "trixie"], version: /^8\./, optional: true },
  "valkey 9": { ...valkey, releases: ["forky"], version: /^9\./, optional: true },
  postgres: {
    program: "postgres",
    package: "postgresql",
    places: [...USUAL, "/usr/lib/postgresql/*/bin", "/opt/homebrew/opt/postgresql*/bin"],
    releases: ["own"],
    version: /^1[4-9]\b|^[2-9]\d\b/,
    optional: false,
  },
} as const satisfies Record<string, Kind>;

/** A kind of server that tests may ask for. */
export type ServerKind = keyof typeof KINDS;

/** How a program is run: the file, arguments before its own, and what it needs in its environment. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** The programs of one kind of server, wherever they were found. */
export interface Programs {
  readonly version: string;
  /** A program beside the server, or the server itself. */
  readonly command: (name: string) => Command;
}

const found = new Map<ServerKind, Promise<Programs>>();

/**
 * Finds the programs of a kind of server: on this machine, else in the system's package archive.
 *
 * @throws Error that says where was looked, and what was the matter
 */
export function programsOf(kind: ServerKind): Promise<Programs> {
  let programs = found.get(kind);
  if (programs === undefined) {
    programs = find(kind);
    found.set(kind, programs);
  }
  return programs;
}

/**
 * Why a kind of server cannot be had here, or `undefined` if it can: for `skipIf`.
 *
 * @throws Error in CI, where only the kinds that not every machine can have may be skipped
 */
export async function lacking(kind: ServerKind): Promise<string | undefined> {
  try {
    await programsOf(kind);
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (process.env["CI"] && !KINDS[kind].optional) throw error;
    process.stderr.write(`skipped, for want of ${kind}: ${reason}\n`);
    return reason;
  }
}

async function find(kind: ServerKind): Promise<Programs> {
  const { program, places, package: name, releases, version }: Kind = KINDS[kind];
  const tried: string[] = [];
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), ...globSync(places)];
  const onMachine = folders.filter((folder) => folder !== "" && isProgram(join(folder, program)));
  const looks: (() => Promise<Programs>)[] = [
    ...onMachine.map((folder) => () => checked(beside(folder), program, version)),
    ...releases.map((release) => async () => {
      return checked(below(await unpacked({ name, release }), program), program, version);
    }),
  ];
  for (const look of looks) {
    try {
      return await look();
    } catch (error) {
      tried.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw new Error(`${program} is not in PATH, and not in the package archive: ${tried.join("; ")}`);
}

async function checked(command: Programs["command"], program: string, wanted: RegExp): Promise<Programs> {
  const { file, args, env } = command(program);
  const { stdout } = await run(file, [...args, "--version"], { env: { ...process.env, ...env } });
  const version = /\d+\.\d+(\.\d+)*/.exec(stdout)?.[0] ?? "unknown";
  if (!wanted.test(version)) throw new Error(`${file} is of version ${version}`);
  return { version, command };
}

function beside(folder: string): Programs["command"] {
  return (name) => ({ file: join(folder, name), args: [], env: {} });
}

/** Programs that were unpacked below `root`, with the libraries that were unpacked beside them. */
function below(root: string, program: string): Programs["command"] {
  const [file] = globSync([`usr/{bin,sbin}/${program}`, `usr/lib/*/*/bin/${program}`], { cwd: root });
  if (file === undefined) throw new Error(`the package holds no ${program}`);
  const folder = join(root, file, "..");
  const libraries = globSync(["lib/*-linux-*", "usr/lib/*-linux-*"], { cwd: root }).map((path) => join(root, path));
  // Another release's libraries fit its own loader, and no other.
  const [loader] = globSync("{usr/,}lib/*-linux-*/ld-linux*.so.*", { cwd: root });
  const path = libraries.join(":");
  return (name) =>
    loader === undefined
      ? { file: join(folder, name), args: [], env: libraries.length === 0 ? {} : { LD_LIBRARY_PATH: path } }
      : { file: join(root, loader), args: ["--library-path", path, join(folder, name)], env: {} };
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
