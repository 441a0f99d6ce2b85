import { Program, type Surroundings } from "../processes/program.ts";

/** One of the programs beside this. */
export function started(name: string, args: readonly string[], surroundings?: Surroundings): Program {
  return new Program(new URL(`./programs/${name}.ts`, import.meta.url), args, surroundings);
}
