/** What the answers to the questions say. */
export interface ProjectPlan {
  readonly language: "typescript" | "javascript";
  /** A store URL. */
  readonly store: string;
  /** Whose jobs in it, where somebody said. */
  readonly namespace: string | undefined;
  /** Modules of the folder are CommonJS, so ours say by their ending that they are not. */
  readonly isCommonJs: boolean;
}

/** The files of a new project, by name. */
export function projectFiles(plan: ProjectPlan): ReadonlyMap<string, string> {
  const tasks = tasksFile(plan);
  return new Map([
    [tasks, plan.language === "typescript" ? TYPED_TASKS : TYPED_TASKS.replaceAll(": string", "")],
    ["millrace.yaml", configuration(plan, tasks)],
  ]);
}

/** The name of the file with the tasks. */
export function tasksFile({ language, isCommonJs }: Pick<ProjectPlan, "language" | "isCommonJs">): string {
  const ending = language === "typescript" ? "ts" : "js";
  return `tasks.${isCommonJs ? "m" : ""}${ending}`;
}

/** Lines that keep the store's files out of a repository. */
export const IGNORED: readonly string[] = ["node_modules/", "*.db", "*.db-wal", "*.db-shm", "*.db-wake"];

const TYPED_TASKS = `import { context, task } from "millrace";

/** Any function is a task under a name. */
export const greet = task("greet", (name: string) => \`Hello, \${name}!\`);

/** What a task needs beside its arguments is in its context. What it throws is tried again. */
export const visit = task(
  "visit",
  async (name: string) => {
    const job = context();
    job.log(\`knocking at the door of \${name}\`);
    if (job.attempt === 1) throw new Error("nobody opened");
    return \`\${name} was at home, at attempt \${job.attempt}\`;
  },
  { backoff: ["200ms", "1s", "5s"], timeout: "30s" },
);
`;

function configuration({ store, namespace }: ProjectPlan, tasks: string): string {
  return `# yaml-language-server: $schema=./node_modules/millrace/schema/millrace.schema.json
# What holds here, and why: npx millrace config
store: ${JSON.stringify(store)}
${namespace === undefined ? "" : `namespace: ${JSON.stringify(namespace)}\n`}worker:
  tasks: ./${tasks}
  queues:
    default: 10
`;
}
