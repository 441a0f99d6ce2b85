/*
 * executable: tasks that are executable files.
 * Here: the folder, what a file must be to be run, the contract with programs. Not here: how they are held together.
 */
export { CheckedFile } from "./checked-file.ts";
export { ExecutableExecutor } from "./executable-executor.ts";
export { ExecutableFolder } from "./executable-folder.ts";
export { KeptOutput } from "./kept-output.ts";
export type {
  OrderedProgram,
  ProgramCall,
  ProgramEnd,
  ProgramExit,
  ProgramFile,
  ProgramLauncher,
} from "./program-order.ts";
export { Program } from "./program.ts";
export { RunnableFile } from "./runnable-file.ts";
export { startFailure } from "./start-fault.ts";
export { WorkFolders } from "./work-folders.ts";
