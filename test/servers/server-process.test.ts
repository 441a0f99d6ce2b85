import { once } from "node:events";
import { type Server, createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { withFreePort } from "./server-process.ts";

async function listen(port: number): Promise<Server> {
  const server = createServer().listen(port, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  return server;
}

test("a port that somebody took in the meantime is tried no second time", async () => {
  const ports: number[] = [];
  await withFreePort(async (port) => {
    ports.push(port);
    if (ports.length < 3) await listen(port);
    return listen(port);
  });
  expect(new Set(ports).size).toBe(3);
});

test("any other failure is the caller's", async () => {
  let tries = 0;
  const starting = withFreePort(async () => {
    tries += 1;
    throw new Error("no such option");
  });
  await expect(starting).rejects.toThrow("no such option");
  expect(tries).toBe(1);
});
