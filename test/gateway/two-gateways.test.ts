import { type ChildProcess, spawn } from "node:child_process";
import { type AddressInfo, type Socket, connect, createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { Millrace } from "../../src/index.ts";
import { SILENT, nap, until } from "../features/settings.ts";
import { folder } from "./served.ts";

const MAIN = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

interface Running {
  readonly url: string;
  readonly child: ChildProcess;
  readonly kill: () => Promise<void>;
}

/** A gateway in a process of its own. */
async function gateway(store: string): Promise<Running> {
  const child = spawn(process.execPath, [MAIN, "gateway", "--address", "127.0.0.1:0", "--store", store, "--json"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
  });
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
  };
  onTestFinished(kill);
  for await (const line of createInterface({ input: child.stdout })) {
    const { event, url } = JSON.parse(line) as { event: string; url: string };
    if (event === "ready") return { url, child, kill };
  }
  throw new Error("the gateway ended before it was ready");
}

/** One address for several gateways, each connection to the next one that takes it. `cut` loses the next answer. */
async function balancer(urls: readonly string[]): Promise<{ url: string; cutNext: () => void }> {
  let turn = 0;
  let cut = false;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    sockets.add(client);
    client.on("error", () => undefined);
    const reach = (tries: number): void => {
      const { port } = new URL(urls[turn++ % urls.length] ?? "");
      const upstream = connect(Number(port), "127.0.0.1");
      upstream.once("connect", () => {
        // A gateway that dies takes its connections with it, answered or not.
        upstream.once("close", () => client.destroy());
        client.pipe(upstream);
        upstream.on("data", (data) => {
          if (cut) {
            cut = false;
            client.destroy();
          } else {
            client.write(data);
          }
        });
      });
      upstream.once("error", () => {
        if (tries > 0 && upstream.bytesRead === 0 && upstream.pending) reach(tries - 1);
        else client.destroy();
      });
      client.once("close", () => upstream.destroy());
    };
    reach(urls.length);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cutNext: () => {
      cut = true;
    },
  };
}

test(
  "of two gateways on one store one is killed: nobody notices but by a request that is repeated",
  { timeout: 120_000 },
  async () => {
    const store = `sqlite:${join(folder(), "jobs.db")}`;
    const [one, two] = [await gateway(store), await gateway(store)];
    const { url } = await balancer([one.url, two.url]);
    const app = new Millrace({ store: url, logger: SILENT, sendTimeout: "60s" });
    onTestFinished(() => app.close());
    const client = app.client();
    const accepted: string[] = [];
    const send = async (from: number): Promise<void> => {
      for (let n = 0; n < 100; n += 1) {
        const { id } = await client.with({ id: `job-${from}-${n}` }).send("t", n);
        accepted.push(id);
        if (from === 0 && n === 30) await one.kill();
      }
    };
    await Promise.all([0, 1, 2, 3].map(send));
    expect(new Set(accepted).size).toBe(400);
    expect(await client.queues()).toEqual([{ queue: "default", counts: { queued: 400 } }]);
  },
);

test(
  "a request whose answer was lost is repeated at another gateway, and finds the job it made",
  { timeout: 120_000 },
  async () => {
    const store = `sqlite:${join(folder(), "jobs.db")}`;
    const [one, two] = [await gateway(store), await gateway(store)];
    const { url, cutNext } = await balancer([one.url, two.url]);
    const send = (): Promise<Response> =>
      fetch(`${url}/v1/jobs`, {
        method: "POST",
        headers: { "content-type": "application/json", "idempotency-key": "order-17", connection: "close" },
        body: JSON.stringify({ task: "t", args: [17] }),
      });
    cutNext();
    await expect(send()).rejects.toThrow(/fetch failed/);
    const again = await send();
    expect(again.status).toBe(200);
    expect(await again.json()).toMatchObject({ existed: true });
    const { jobs } = (await (await fetch(`${two.url}/v1/jobs`)).json()) as { jobs: unknown[] };
    expect(jobs).toHaveLength(1);
  },
);

test(
  "killed again and again while clients send with keys, gateways make one job of each",
  { timeout: 180_000 },
  async () => {
    const store = `sqlite:${join(folder(), "jobs.db")}`;
    let running = await gateway(store);
    const urls = [running.url];
    const { url } = await balancer(urls);
    const asked = (key: string): Promise<Response | undefined> =>
      fetch(`${url}/v1/jobs`, {
        method: "POST",
        headers: { "content-type": "application/json", "idempotency-key": key, connection: "close" },
        body: JSON.stringify({ task: "t", args: [key] }),
        signal: AbortSignal.timeout(30_000),
      }).catch(() => undefined);
    const send = async (key: string): Promise<unknown> => {
      for (;;) {
        const answer = await asked(key);
        const text = await answer?.text().catch(() => undefined);
        if (answer !== undefined && text !== undefined) {
          expect([200, 201]).toContain(answer.status);
          return (JSON.parse(text) as { id: unknown }).id;
        }
        // Nobody knows whether it was accepted: the same is sent again.
        await nap(20);
      }
    };
    const ids = new Map<string, unknown>();
    const lane = async (name: number): Promise<void> => {
      for (let n = 0; ids.size < 600; n += 1) ids.set(`${name}-${n}`, await send(`${name}-${n}`));
    };
    const lanes = Promise.all([0, 1, 2, 3].map(lane));
    for (const size of [100, 200, 300, 400, 500]) {
      await until(() => ids.size >= size, 60_000);
      await running.kill();
      running = await gateway(store);
      urls[0] = running.url;
    }
    await lanes;
    for (const [key, id] of ids) expect(await send(key)).toBe(id);
    const counted = await fetch(`${running.url}/v1/queues`);
    expect(await counted.json()).toEqual({ queues: [{ queue: "default", counts: { queued: ids.size } }] });
  },
);
