import { UsageError } from "../usage-error.ts";
import type { ProjectPlan } from "./project-files.ts";

/** What the three questions give. */
export interface Answers extends Pick<ProjectPlan, "language" | "store"> {
  readonly install: boolean;
}

/**
 * Asks three questions on the terminal.
 *
 * @param defaults what holds where somebody just presses Enter
 * @param checkStore throws what is wrong with a store
 * @param missing the packages that a store needs and this folder lacks; none where nothing is to be installed
 * @throws UsageError when somebody breaks off
 */
export async function askedPlan(
  defaults: Answers,
  checkStore: (url: string) => void,
  missing: (store: string) => readonly string[],
): Promise<Answers> {
  // Loaded only for a conversation: no other command needs it.
  const { isCancel, select, text, confirm } = await import("@clack/prompts");
  const given = <T>(answer: T): Exclude<T, symbol> => {
    if (isCancel(answer)) throw new UsageError("broken off; nothing was written");
    return answer as Exclude<T, symbol>;
  };
  const language = given(
    await select({
      message: "Which language do you write tasks in?",
      initialValue: defaults.language,
      options: [
        { value: "typescript" as const, label: "TypeScript", hint: "Node runs it as it is" },
        { value: "javascript" as const, label: "JavaScript" },
      ],
    }),
  );
  const validate = (url: string | undefined): string | undefined => problemOf(() => checkStore(url ?? ""));
  const store = given(await text({ message: "Where are jobs kept?", initialValue: defaults.store, validate }));
  const packages = missing(store).join(" and ");
  const install =
    packages !== "" && given(await confirm({ message: `Install ${packages} here now?`, initialValue: true }));
  return { language, store, install };
}

function problemOf(check: () => void): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
