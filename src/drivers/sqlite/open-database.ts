import { accessSync, closeSync, constants, existsSync, openSync, readSync, statfsSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ConfigurationError, SqliteVersionError, StoreFileError } from "../../errors/index.ts";
import { despiteLocks } from "./lock-patience.ts";
import { sqliteError } from "./sqlite-error.ts";
import { sqlOf } from "./statements.ts";

/** "MLRC": says in the file's header whose it is. */
const APPLICATION_ID = 0x4d_4c_52_43;
/** Raised with every change of the schema; a newer file is refused, an older one brought up to date. */
const SCHEMA_VERSION = 1;
/** Before it, a reset of the write-ahead log could corrupt the file. */
const OLDEST_SQLITE = [3, 51, 3] as const;
/** Of a new file. A commit writes whole pages, and one job changes three: larger ones cost a lone send a tenth of its time. */
const PAGE_BYTES = 2_048;
/** The write-ahead log is moved into the file when it has this size, SQLite's default for its own pages. */
const LOG_BYTES = 4 * 1024 * 1024;
/** Whole files up to this size are checked when they are opened. */
const CHECKED_BYTES = 8 * 1024 * 1024;

/** File systems whose locks and shared memory do not hold between machines, by the number statfs gives. */
const NETWORK_FILE_SYSTEMS: ReadonlyMap<number, string> = new Map([
  [0x69_69, "NFS"],
  [0x51_7b, "SMB"],
  [0xff_53_4d_42, "CIFS"],
  [0xfe_53_4d_42, "SMB2"],
  [0x01_02_19_97, "9p"],
  [0x53_46_41_4f, "AFS"],
  [0x00_c3_64_00, "Ceph"],
]);

export interface OpenOptions {
  readonly path: string;
  readonly namespace: string;
  readonly durability: "full" | "normal";
  /** For tests: what stands for the library's version. */
  readonly sqliteVersion?: string;
}

/**
 * Opens the file of a store, makes it if it is not there, and refuses whatever is not safe to write to.
 *
 * @throws SqliteVersionError, StoreFileError, StoreFullError, StoreUnavailableError
 */
export function openDatabase(options: OpenOptions): DatabaseSync {
  refuseOldSqlite(options.sqliteVersion ?? process.versions["sqlite"]);
  const path = resolve(options.path);
  refuseNetwork(path);
  try {
    if (existsSync(logOf(path))) {
      // The file may be open in this process, whose locks on it the system would take away when any descriptor of it is
      // closed. What it holds is SQLite's to judge.
      accessSync(path, constants.R_OK | constants.W_OK);
    } else {
      createPrivate(path);
      refuseForeignHeader(path);
    }
    // SQLite does not wait for every lock that another process may hold while it makes the same file.
    return despiteLocks(() => prepared(path, options));
  } catch (error) {
    throw sqliteError(error, path);
  }
}

function prepared(path: string, options: OpenOptions): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    prepare(database, path, options);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function prepare(database: DatabaseSync, path: string, options: OpenOptions): void {
  // Only while opening may SQLite itself wait for a lock: another process may be creating the same file.
  database.exec("PRAGMA busy_timeout = 10000");
  refuseForeign(database, path);
  // Before anything else: a file that has its pages keeps their size.
  database.exec(`PRAGMA page_size = ${PAGE_BYTES}`);
  database.exec("PRAGMA journal_mode = WAL");
  database.exec(`PRAGMA synchronous = ${options.durability === "full" ? "FULL" : "NORMAL"}`);
  const journal = pragma(database, "journal_mode");
  const synchronous = pragma(database, "synchronous");
  if (journal !== "wal" || synchronous !== (options.durability === "full" ? 2 : 1)) {
    throw new StoreFileError(
      `${path}: SQLite would not keep what it accepts (journal_mode ${String(journal)}, synchronous ${String(synchronous)}). Put the file on a local disk that supports shared memory`,
    );
  }
  if (statSync(path).size <= CHECKED_BYTES && pragma(database, "quick_check(1)") !== "ok") {
    throw new StoreFileError(
      `${path} is corrupt. Restore it from a backup, or move it away and start with an empty store`,
    );
  }
  migrate(database, path, options.namespace);
  database.exec(`PRAGMA wal_autocheckpoint = ${LOG_BYTES / Number(pragma(database, "page_size"))}`);
  database.exec("PRAGMA cache_size = -32768");
  database.exec("PRAGMA busy_timeout = 0");
}

/** Says whose file this is; nothing is changed in another program's. */
function refuseForeign(database: DatabaseSync, path: string): number {
  const { owner, version, tables } = database.prepare(sqlOf("owner", "")).get() ?? {};
  if (owner !== APPLICATION_ID && !(owner === 0 && version === 0 && tables === 0)) {
    throw new StoreFileError(`${path} is a database of another program. Give a path of its own to Millrace`);
  }
  return Number(version);
}

function migrate(database: DatabaseSync, path: string, namespace: string): void {
  database.exec("BEGIN IMMEDIATE");
  try {
    const version = refuseForeign(database, path);
    if (version > SCHEMA_VERSION) {
      throw new StoreFileError(
        `${path} was made by a newer Millrace (schema ${version}; this one knows up to ${SCHEMA_VERSION}). Update millrace here`,
      );
    }
    database.exec(sqlOf("schema", namespace));
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
    database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
    database.exec("COMMIT");
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

function pragma(database: DatabaseSync, name: string): unknown {
  return Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
}

function refuseOldSqlite(version: string | undefined): void {
  const parts = (version ?? "0").split(".").map(Number);
  for (const [at, least] of OLDEST_SQLITE.entries()) {
    const part = parts[at] ?? 0;
    if (part > least) return;
    if (part < least) {
      throw new SqliteVersionError(
        `Node ${process.version} bundles SQLite ${version ?? "(none)"}, which can corrupt a write-ahead log; ${OLDEST_SQLITE.join(".")} or newer is needed. Use a current release of Node 22, 24 or 26`,
        { details: { version } },
      );
    }
  }
}

function refuseNetwork(path: string): void {
  const folder = dirname(path);
  if (!existsSync(folder)) {
    throw new ConfigurationError(`the folder ${folder} for the store's file does not exist; create it first`);
  }
  const network = NETWORK_FILE_SYSTEMS.get(statfsSync(folder).type);
  if (network !== undefined) {
    throw new StoreFileError(
      `${folder} is on a network file system (${network}), where SQLite's locks do not hold between machines. Put the file on a local disk, or use a server such as Redis or PostgreSQL`,
    );
  }
}

/** A new file is the owner's alone; SQLite gives its log and shared memory the same mode. */
function createPrivate(path: string): void {
  closeSync(openSync(path, "a", 0o600));
}

function logOf(path: string): string {
  return `${path}-wal`;
}

function refuseForeignHeader(path: string): void {
  const header = Buffer.alloc(100);
  const file = openSync(path, "r");
  const read = readSync(file, header, 0, 100, 0);
  closeSync(file);
  if (read === 0) return;
  if (read < 100 || header.toString("latin1", 0, 16) !== "SQLite format 3\0") {
    throw new StoreFileError(
      `${path} is no SQLite database. Give a path of its own to Millrace, or move the file away`,
    );
  }
  const stored = header.readUInt16BE(16);
  const pageBytes = stored === 1 ? 65_536 : stored;
  const pages = header.readUInt32BE(28);
  // With a log beside it, pages may still be in the log only. Looked for before the size: a process that closes the file
  // moves them over first, and deletes the log then.
  if (existsSync(logOf(path))) return;
  const { size } = statSync(path);
  if (size < pages * pageBytes) {
    throw new StoreFileError(
      `${path} is truncated: ${size} bytes of ${pages * pageBytes}. Restore it from a backup, or move it away and start with an empty store`,
    );
  }
}
