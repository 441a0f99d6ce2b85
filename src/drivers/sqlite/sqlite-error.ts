import { closeSync, openSync } from "node:fs";
import {
  ConfigurationError,
  MillraceError,
  StoreFileError,
  StoreFullError,
  StoreUnavailableError,
} from "../../errors/index.ts";
import { lacksDescriptors } from "../../internal/lacks-descriptors.ts";

const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IO_ERROR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANNOT_OPEN = 14;
const NOT_A_DATABASE = 26;

/** For a database: itself, its log, its shared memory, and their folder, which is synced. */
const DESCRIPTORS = 4;

/** Whether another process holds the lock that was needed. */
export function isBusy(error: unknown): boolean {
  const number = primaryCode(error);
  return number === BUSY || number === LOCKED;
}

/** An error of SQLite or of the file system as one of ours, with what to do about it. */
export function sqliteError(error: unknown, path: string): Error {
  if (error instanceof MillraceError) return error;
  const options = { cause: error };
  const text = error instanceof Error ? error.message : String(error);
  const system: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  if (system === "EACCES" || system === "EPERM" || system === "EROFS") {
    return new StoreFileError(
      `${path} cannot be written by this user (${text}). Change its permissions, or give another path`,
      options,
    );
  }
  if (system === "EISDIR" || system === "ENOTDIR" || system === "ENOENT") {
    return new ConfigurationError(`${path} is no place for the store's file (${text})`, options);
  }
  if (system === "ENOSPC" || system === "EDQUOT") return full(path, options);
  if (lacksDescriptors(error)) return descriptorsLacking(path, options);
  switch (primaryCode(error)) {
    case BUSY:
    case LOCKED:
      return new StoreUnavailableError(`${path} stayed locked by another process`, options);
    case READONLY:
    case CANNOT_OPEN:
      // SQLite does not say why.
      if (!hasDescriptors(path)) return descriptorsLacking(path, options);
      return new StoreFileError(
        `${path} cannot be opened for writing (${text}). Check its permissions and its folder's`,
        options,
      );
    case CORRUPT:
    case NOT_A_DATABASE:
      return corrupt(path, text, options);
    case FULL:
      return full(path, options);
    case IO_ERROR:
      return new StoreUnavailableError(`${path}: the disk gave an error (${text})`, options);
    case undefined:
      return error instanceof Error ? error : new StoreUnavailableError(`${path}: ${text}`, options);
    default:
      // A damaged header has no code of its own.
      if (text.includes("unsupported file format")) return corrupt(path, text, options);
      return new StoreUnavailableError(`${path}: ${text}`, options);
  }
}

/** Whether SQLite has the descriptors that it needs. */
function hasDescriptors(path: string): boolean {
  const files: number[] = [];
  try {
    while (files.length < DESCRIPTORS) files.push(openSync(path, "r"));
    return true;
  } catch (error) {
    return !lacksDescriptors(error);
  } finally {
    for (const file of files) closeSync(file);
  }
}

function descriptorsLacking(path: string, options: { cause: unknown }): StoreUnavailableError {
  return new StoreUnavailableError(
    `no file descriptor is left for ${path}. Close files, or raise the limit (ulimit -n), and it goes on`,
    options,
  );
}

function corrupt(path: string, text: string, options: { cause: unknown }): StoreFileError {
  return new StoreFileError(
    `${path} is corrupt (${text}). Restore it from a backup, or move it away and start with an empty store`,
    options,
  );
}

function full(path: string, options: { cause: unknown }): StoreFullError {
  return new StoreFullError(
    `no room left for ${path}. What is in it is intact; free some space and it goes on`,
    options,
  );
}

function primaryCode(error: unknown): number | undefined {
  const code: unknown = error instanceof Error ? Reflect.get(error, "errcode") : undefined;
  return typeof code === "number" ? code & 0xff : undefined;
}
