import type { ExecutablePlan } from "../../core/index.ts";
import { CheckedFile } from "./checked-file.ts";
import { sharedEnvironment } from "./program-environment.ts";
import type { ProgramSetting } from "./program.ts";

/** A file of the folder, with how it is to be run. */
export class RunnableFile {
  readonly name: string;
  readonly plan: ExecutablePlan;
  readonly setting: ProgramSetting;
  readonly env: Readonly<Record<string, string>>;
  readonly #folder: string;
  readonly #owners: readonly number[];

  constructor(folder: string, name: string, plan: ExecutablePlan, setting: ProgramSetting) {
    this.#folder = folder;
    this.name = name;
    this.plan = plan;
    this.setting = setting;
    this.env = sharedEnvironment(plan);
    this.#owners = [process.geteuid?.() ?? 0, ...(plan.user === undefined ? [] : [plan.user.uid])];
  }

  /** Checks it, as it is now, and holds it open. */
  open(): CheckedFile {
    return CheckedFile.open(this.#folder, this.name, this.#owners);
  }
}
