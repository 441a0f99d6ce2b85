/** Where jobs are kept when nobody says where: a file in the working directory. */
export const DEFAULT_STORE = "sqlite:./millrace.db";
