/*
 * executable: tasks that are executable files.
 * Here: the folder, what a file must be to be run, the contract with programs. Not here: how they are held together.
 */
export { ExecutableExecutor } from "./executable-executor.ts";
export { ExecutableFolder } from "./executable-folder.ts";
export { RunnableFile } from "./runnable-file.ts";
export { WorkFolders } from "./work-folders.ts";
