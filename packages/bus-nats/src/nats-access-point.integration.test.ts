import { expect, test } from "vitest";
import { NatsAccessPoint } from "./nats-access-point.ts";
import { findNatsServer, NatsServer } from "./test-kit/nats-server.ts";

const binary = findNatsServer();

test.skipIf(binary === undefined)(
  "there is one connection at a time, and another when it is closed",
  async () => {
    await using server = await NatsServer.start(binary!);
    let prepared = 0;
    const access = new NatsAccessPoint({ servers: [server.url] }, async () => {
      prepared++;
    });
    const [first, same] = await Promise.all([access.connection(), access.connection()]);
    expect(same).toBe(first);
    expect(prepared).toBe(1);
    await first.close();
    const second = await access.connection();
    expect(second).not.toBe(first);
    expect(prepared).toBe(2);
    await access.close();
    expect(second.isClosed()).toBe(true);
    await expect(access.connection()).rejects.toMatchObject({ code: "unavailable" });
  },
);

test("closes when nobody has asked for a connection, or none could be had", async () => {
  await new NatsAccessPoint({ servers: "127.0.0.1:1" }, async () => {}).close();
  const access = new NatsAccessPoint({ servers: "127.0.0.1:1" }, async () => {});
  const connecting = access.connection();
  const closing = access.close();
  await expect(connecting).rejects.toThrow("connecting to 127.0.0.1:1");
  await closing;
});
