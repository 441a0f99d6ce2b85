/* Opens the store, which makes it. Arguments: the database. */
import { openDatabase } from "../../../src/drivers/sqlite/open-database.ts";

process.stdout.write("opening\n");
openDatabase({ path: process.argv[2] ?? "", namespace: "millrace", durability: "full" }).close();
process.stdout.write("opened\n");
