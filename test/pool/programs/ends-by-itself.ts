/*
 * A process with nothing but a pool: it lives while jobs wait for their time, and ends as soon as there is none.
 */
import { Pool } from "../../../src/pool/index.ts";

const pool = new Pool({ backoff: ["300ms"], timeout: "1h", rateLimit: { limit: 100, interval: "1h" }, maxQueued: 50 });
pool.push({
  execute({ attempt }) {
    if (attempt === 1) throw new Error("once");
    return `attempt ${attempt}`;
  },
  success: ({ value }) => process.stdout.write(value),
});
