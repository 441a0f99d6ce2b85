/* Imported before a program, in all its threads: its wall clock is the machine's, moved by what MILLRACE_CLOCK_FILE says. */
import { readFileSync } from "node:fs";

const file = process.env["MILLRACE_CLOCK_FILE"] ?? "";
const machineNow = Date.now;
Date.now = () => machineNow() + Number(readFileSync(file, "utf8"));
