import type { ExecutablePlan } from "../../core/index.ts";
import { CheckedFile } from "./checked-file.ts";
import { sharedEnvironment } from "./program-environment.ts";
import type { ProgramFile, ProgramLauncher } from "./program-order.ts";
import type { ProgramSetting } from "./program.ts";

/** What runs the programs of a folder: those that stay here, the others by a launcher. */
export interface RunnableSetting extends ProgramSetting {
  readonly launcher: ProgramLauncher;
}

/** A file of the folder, with how it is to be run. */
export class RunnableFile implements ProgramFile {
  readonly folder: string;
  readonly name: string;
  readonly owners: readonly number[];
  readonly plan: ExecutablePlan;
  readonly env: Readonly<Record<string, string>>;
  readonly setting: RunnableSetting;

  constructor(folder: string, name: string, plan: ExecutablePlan, setting: RunnableSetting) {
    this.folder = folder;
    this.name = name;
    this.owners = [process.geteuid?.() ?? 0, ...(plan.user === undefined ? [] : [plan.user.uid])];
    this.plan = plan;
    this.env = sharedEnvironment(plan);
    this.setting = setting;
  }

  /** What it is now, unchecked: the same as that of a checked file, if it is that file. */
  get identity(): string | undefined {
    return CheckedFile.identity(this);
  }

  /** Checks it, as it is now, and holds it open. */
  open(): CheckedFile {
    return CheckedFile.open(this);
  }
}
