import { accessSync, closeSync, constants, openSync, readSync, statSync } from "node:fs";
import { isAbsolute } from "node:path";

/** What the first bytes of a file say about running it. */
export type ProgramFormat =
  | { readonly kind: "binary" }
  | { readonly kind: "script" }
  | { readonly kind: "none"; readonly why: string }
  | { readonly kind: "no-interpreter"; readonly why: string };

/** As many bytes as Linux reads of a first line. */
export const HEADER_BYTES = 256;

const SCRIPT = "#!";
/** Mach-O, either byte order and width, and the universal form. */
const MACH_O = new Set(["feedface", "feedfacf", "cefaedfe", "cffaedfe", "cafebabe"]);
const ELF = "7f454c46";
/** ELF's numbers of machines: what else a processor runs beside its own. */
const ALSO_RUNS: Readonly<Record<number, readonly number[]>> = { 62: [3], 183: [40] };

/**
 * Tells whether the system will run a file, by its header. Asked before the system is: it would hand a file that is no program
 * to a shell, by a rule of the C library, and its word for a missing interpreter is "no such file".
 */
export function programFormat(header: Buffer): ProgramFormat {
  if (header.toString("latin1", 0, 2) === SCRIPT) return scriptFormat(header);
  const magic = header.toString("hex", 0, 4);
  if (magic === ELF) return elfFormat(header);
  if (process.platform === "darwin" && MACH_O.has(magic)) return { kind: "binary" };
  const why =
    header.length === 0 ? "it is empty" : "it is neither a program of this system nor a script with a #! line";
  return { kind: "none", why };
}

function scriptFormat(header: Buffer): ProgramFormat {
  const line = header.toString("utf8", SCRIPT.length).split("\n", 1)[0] ?? "";
  const [interpreter = ""] = line.trim().split(/[ \t]/);
  const shown = JSON.stringify(interpreter);
  if (interpreter === "") return { kind: "no-interpreter", why: "its #! line names no interpreter" };
  if (line.includes("\r")) {
    return {
      kind: "no-interpreter",
      why: "its #! line ends in a carriage return, as lines on Windows do; save it with Unix line ends",
    };
  }
  if (!isAbsolute(interpreter)) return { kind: "no-interpreter", why: `its interpreter ${shown} is no absolute path` };
  try {
    if (!statSync(interpreter).isFile()) return { kind: "no-interpreter", why: `its interpreter ${shown} is no file` };
    accessSync(interpreter, constants.X_OK);
  } catch {
    return { kind: "no-interpreter", why: `its interpreter ${shown} is not there, or may not be run` };
  }
  return { kind: "script" };
}

function elfFormat(header: Buffer): ProgramFormat {
  if (header.length < 52) return { kind: "none", why: "it is cut off within its header" };
  const [own, its] = [ownMachine(), machineOf(header)];
  if (own === undefined || own === its || ALSO_RUNS[own]?.includes(its) === true) return { kind: "binary" };
  return { kind: "none", why: "it is a program for another kind of processor" };
}

function machineOf(header: Buffer): number {
  const bigEndian = header[5] === 2;
  return bigEndian ? header.readUInt16BE(18) : header.readUInt16LE(18);
}

let machine: number | undefined;

function ownMachine(): number | undefined {
  if (machine !== undefined) return machine;
  try {
    const header = Buffer.alloc(HEADER_BYTES);
    const file = openSync(process.execPath, "r");
    readSync(file, header, 0, HEADER_BYTES, 0);
    closeSync(file);
    if (header.toString("hex", 0, 4) === ELF) machine = machineOf(header);
  } catch {
    // Then the system decides.
  }
  return machine;
}
