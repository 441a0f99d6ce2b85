import { ArgumentsError, ExecutableError, type ExecutableFault } from "../../errors/index.ts";

/** What the system calls it, as an error's code or in its words, and what it is here. */
const FAULTS: readonly (readonly [RegExp, ExecutableFault, string])[] = [
  [/ETXTBSY|Text file busy/, "busy", "it is open for writing"],
  [/ENOEXEC|Exec format error/, "not-a-program", "the system does not know its format"],
  [/ENOENT|No such file/, "no-interpreter", "its interpreter or loader is not there"],
  [/EACCES|EPERM|Permission denied|not permitted/, "not-executable", "the system does not permit it to this user"],
];

/** What a refusal of the system to start a program means: an error's code, or the words of the program that should have. */
export function startFault(name: string, refusal: string, cause?: unknown): ExecutableError | ArgumentsError {
  const because = cause === undefined ? {} : { cause };
  if (/E2BIG|Argument list too long/.test(refusal)) {
    return new ArgumentsError(
      `the arguments of "${name}" are longer than the system passes to a program; send them with input: "json"`,
      { details: { task: name }, ...because },
    );
  }
  const [, fault, why] = FAULTS.find(([pattern]) => pattern.test(refusal)) ?? [refusal, "refused" as const, refusal];
  return new ExecutableError(`executable "${name}" was not started: ${why}`, {
    details: { executable: name, fault },
    ...because,
  });
}
