import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** What a script is allowed: to write when memory is short, or not to write at all. */
type Flag = "allow-oom" | "no-writes";

/** What can be asked of a partition: one file in lua/ each. */
export type Operation =
  | "greet"
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
  readonly parts: readonly string[];
  readonly flag?: Flag;
}

/** Each operation's parts, in the order in which they need each other; its own file comes last. */
const OPERATIONS: Readonly<Record<Operation, Parts>> = {
  greet: { parts: [], flag: "allow-oom" },
  enqueue: { parts: ["record", "wake", "places", "finish", "accept"] },
  "enqueue-and-post": { parts: ["record", "wake", "places", "finish", "accept", "post"] },
  claim: { parts: [], flag: "allow-oom" },
  delivered: { parts: ["record", "wake", "places", "finish"], flag: "allow-oom" },
  insert: { parts: ["record", "wake", "places", "finish", "elsewhere", "accept"] },
  exchange: {
    parts: ["record", "wake", "places", "finish", "accept", "post", "aside", "settle", "lapse", "reserve"],
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
  adopt: { parts: ["record", "wake", "places", "finish", "aside", "lapse"], flag: "allow-oom" },
  "put-aside": { parts: ["record", "wake", "places", "finish", "aside"], flag: "allow-oom" },
  abandon: { parts: ["record"], flag: "allow-oom" },
  load: { parts: [], flag: "no-writes" },
  watch: { parts: [], flag: "allow-oom" },
  unwatch: { parts: [], flag: "allow-oom" },
  save: { parts: ["record", "wake", "places", "finish", "elsewhere"], flag: "allow-oom" },
  cancel: { parts: ["record", "wake", "places", "finish", "elsewhere"], flag: "allow-oom" },
  purge: { parts: ["record", "wake", "places", "finish", "trim"], flag: "allow-oom" },
  counts: { parts: ["record", "wake", "places"], flag: "allow-oom" },
  page: { parts: [], flag: "no-writes" },
  ranked: { parts: [], flag: "no-writes" },
  replay: { parts: ["record", "wake", "places", "finish", "elsewhere"], flag: "allow-oom" },
  "remove-dead": { parts: ["record", "wake", "places", "finish", "trim"], flag: "allow-oom" },
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
    const source = [`#!lua${flags}`, clock, ...operation.parts.map(read), read(name)].join("\n");
    return [name, { source, sha: createHash("sha1").update(source).digest("hex") }] as const;
  });
  return Object.fromEntries(scripts) as Record<Operation, Script>;
}

function read(name: string): string {
  return readFileSync(new URL(`./lua/${name}.lua`, import.meta.url), "utf8");
}
