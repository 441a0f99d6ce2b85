import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** What a script is allowed: to write when memory is short, or not to write at all. */
type Flag = "allow-oom" | "no-writes";

/** What can be asked of a partition: one file in lua/ each. */
export type Operation =
  | "greet"
  | "enqueue-one"
  | "enqueue"
  | "enqueue-and-post"
  | "claim"
  | "delivered"
  | "insert"
  | "exchange"
  | "pause"
  | "resume"
  | "paused"
  | "announce"
  | "leave"
  | "present"
  | "look"
  | "rise"
  | "pass"
  | "renew"
  | "adopt"
  | "put-aside"
  | "abandon"
  | "load"
  | "watch"
  | "unwatch"
  | "save"
  | "cancel"
  | "purge"
  | "counts"
  | "page"
  | "ranked"
  | "replay"
  | "remove-dead";

interface Parts {
  /** Those in a list of their own are made when they are first asked for, by `rarely()`; what the last of them returns. */
  readonly parts: readonly (string | readonly string[])[];
  readonly flag?: Flag;
}

/** Each operation's parts, in the order in which they need each other; its own file comes last. */
const OPERATIONS: Readonly<Record<Operation, Parts>> = {
  greet: { parts: [], flag: "allow-oom" },
  "enqueue-one": { parts: ["wake", "hand-over"] },
  enqueue: { parts: ["layout", "record", "wake", "places", "ends", "finish", "accept"] },
  "enqueue-and-post": { parts: ["layout", "record", "wake", "places", "ends", "finish", "accept", "post"] },
  claim: { parts: [], flag: "allow-oom" },
  delivered: { parts: ["layout", "record", "wake", "places", "ends", "finish"], flag: "allow-oom" },
  insert: { parts: ["layout", "record", "wake", "places", "ends", "finish", "elsewhere", "accept"] },
  exchange: {
    parts: [
      "layout",
      "wake",
      "ends",
      ["record", "places", "finish", "accept", "post", "aside", "settle", "lapse", "park", "pick", "rarely"],
      "settle-plain",
      "reserve",
    ],
    flag: "allow-oom",
  },
  pause: { parts: [], flag: "allow-oom" },
  resume: { parts: ["wake"], flag: "allow-oom" },
  paused: { parts: [], flag: "no-writes" },
  announce: { parts: [], flag: "allow-oom" },
  leave: { parts: [], flag: "allow-oom" },
  present: { parts: [], flag: "no-writes" },
  look: { parts: [], flag: "allow-oom" },
  rise: { parts: [], flag: "allow-oom" },
  pass: { parts: ["wake"], flag: "allow-oom" },
  renew: { parts: [], flag: "allow-oom" },
  adopt: { parts: ["layout", "record", "wake", "places", "ends", "finish", "aside", "lapse"], flag: "allow-oom" },
  "put-aside": { parts: ["layout", "record", "wake", "places", "ends", "finish", "aside"], flag: "allow-oom" },
  abandon: { parts: ["layout", "record"], flag: "allow-oom" },
  load: { parts: [], flag: "no-writes" },
  watch: { parts: [], flag: "allow-oom" },
  unwatch: { parts: [], flag: "allow-oom" },
  save: { parts: ["layout", "record", "wake", "places", "ends", "finish", "elsewhere"], flag: "allow-oom" },
  cancel: { parts: ["layout", "record", "wake", "places", "ends", "finish", "elsewhere"], flag: "allow-oom" },
  purge: { parts: ["layout", "record", "wake", "places", "ends", "finish", "trim"], flag: "allow-oom" },
  counts: { parts: ["layout", "record", "wake", "places"], flag: "allow-oom" },
  page: { parts: [], flag: "no-writes" },
  ranked: { parts: [], flag: "no-writes" },
  replay: { parts: ["layout", "record", "wake", "places", "ends", "finish", "elsewhere"], flag: "allow-oom" },
  "remove-dead": { parts: ["layout", "record", "wake", "places", "ends", "finish", "trim"], flag: "allow-oom" },
};

/** A script as a server knows it. */
export interface Script {
  readonly source: string;
  readonly sha: string;
}

/** Every operation's script. `clock` stands for clock.lua where time is to be held. */
export function readScripts(clock: string = read("clock")): Readonly<Record<Operation, Script>> {
  const scripts = Object.entries(OPERATIONS).map(([name, operation]) => {
    const flags = operation.flag === undefined ? "" : ` flags=${operation.flag}`;
    const source = [`#!lua${flags}`, clock, ...operation.parts.map(partOf), read(name)].join("\n");
    return [name, { source, sha: createHash("sha1").update(source).digest("hex") }] as const;
  });
  return Object.fromEntries(scripts) as Record<Operation, Script>;
}

function partOf(part: string | readonly string[]): string {
  if (typeof part === "string") return read(part);
  return [
    "local function make()",
    ...part.map(read),
    "end",
    "local made",
    "local function rarely()",
    "  made = made or make()",
    "  return made",
    "end",
  ].join("\n");
}

function read(name: string): string {
  return readFileSync(new URL(`./lua/${name}.lua`, import.meta.url), "utf8");
}
