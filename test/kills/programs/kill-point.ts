/* Gets a store's jobs where an operation finds them, then begins the operation and is killed in it. */
import { deadlyStore } from "../deadly-store.ts";
import { MOMENTS, type MomentName, OPERATIONS } from "../kill-points.ts";
import { storeAt } from "../../processes/store-at.ts";
import { url, wish } from "./setting.ts";

const store = await storeAt(url);
const { operation, moment, key } = wish as { operation: string; moment: MomentName; key: string };
const { arrange, act } = OPERATIONS[operation]!;
await arrange(store, key);
await act(deadlyStore(store, MOMENTS[moment]), key);
