/* Gets a store's jobs where an operation finds them, then begins the operation and is killed in it. */
import { join } from "node:path";
import { deadlyStore } from "../deadly-store.ts";
import { MOMENTS, type MomentName, OPERATIONS } from "../kill-points.ts";
import { folder, wish } from "./setting.ts";
import { storeAt } from "../../sqlite/store-at.ts";

const store = await storeAt(join(folder, "jobs.db"));
const { operation, moment, key } = wish as { operation: string; moment: MomentName; key: string };
const { arrange, act } = OPERATIONS[operation]!;
await arrange(store, key);
await act(deadlyStore(store, MOMENTS[moment]), key);
