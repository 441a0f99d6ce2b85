import type { Execution, Executor, Invocation } from "../contracts/index.ts";
import { type AnyTask, type StandardSchema, describeIssues } from "../core/index.ts";
import { ArgumentsError, ResultInvalidError } from "../errors/index.ts";
import { FailSignal } from "../context/index.ts";

/** Puts a task's checks around its body; what does not pass fails the job for good, since another attempt would too. */
export function checkedExecutor(task: AnyTask, executor: Executor): Executor {
  const { args, result } = task.options;
  if (args === undefined && result === undefined)
    return { run: (invocation) => runCounted(task, executor, invocation) };
  return {
    run(invocation: Invocation): Execution {
      let execution: Execution | undefined;
      let stopped = false;
      const body = async (): Promise<unknown> => {
        const input = args === undefined ? invocation.args : await parsed(args, invocation.args, task);
        if (stopped) throw new Error(`task "${task.name}" was stopped before its body had begun`);
        execution = executor.run({ ...invocation, args: input as readonly unknown[] });
        const value = await execution.done;
        return result === undefined ? value : checkedResult(result, value, task);
      };
      const before = (): void => {
        stopped = true;
      };
      // Until the arguments are checked there is no body: then, none is begun.
      return {
        done: body(),
        get stop() {
          return execution === undefined ? before : execution.stop;
        },
        get kill() {
          return execution === undefined ? before : execution.kill;
        },
        get graceMs() {
          return execution?.graceMs;
        },
      };
    },
  };
}

function runCounted(task: AnyTask, executor: Executor, invocation: Invocation): Execution {
  const { args } = invocation;
  if (args.length >= task.run.length) return executor.run(invocation);
  const error = new ArgumentsError(
    `task "${task.name}" takes ${task.run.length} argument${task.run.length === 1 ? "" : "s"}, and the job has ${args.length}`,
    { details: { task: task.name, expected: task.run.length, given: args.length } },
  );
  return { done: Promise.reject(new FailSignal(error)) };
}

async function parsed(
  schema: StandardSchema<unknown, readonly unknown[]>,
  args: readonly unknown[],
  task: AnyTask,
): Promise<unknown> {
  const outcome = await schema["~standard"].validate(args);
  if (outcome.issues === undefined) return outcome.value;
  throw new FailSignal(
    new ArgumentsError(`task "${task.name}" refuses its arguments: ${describeIssues(outcome.issues)}`, {
      details: { task: task.name },
    }),
  );
}

async function checkedResult(schema: StandardSchema, value: unknown, task: AnyTask): Promise<unknown> {
  const outcome = await schema["~standard"].validate(value);
  if (outcome.issues === undefined) return outcome.value;
  throw new FailSignal(
    new ResultInvalidError(`task "${task.name}" returned what its schema refuses: ${describeIssues(outcome.issues)}`, {
      details: { task: task.name },
    }),
  );
}
