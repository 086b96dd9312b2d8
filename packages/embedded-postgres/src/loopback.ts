import { once } from "node:events";
import { type AddressInfo, createServer, Socket } from "node:net";

const ANSWER_TIMEOUT_MS = 2000;

/** A port of 127.0.0.1 that nothing uses now. Somebody else may take it before PostgreSQL does. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/**
 * Whether a PostgreSQL answers at this port: asks for TLS (SSLRequest, "Message Formats" in PostgreSQL's manual), which
 * is answered with one letter before anybody has to say who they are, and which leaves no trace in the log.
 */
export function answersAsPostgres(port: number): Promise<boolean> {
  const sslRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);
  return new Promise((resolve) => {
    const socket = new Socket();
    const done = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(ANSWER_TIMEOUT_MS, () => done(false));
    socket.once("error", () => done(false));
    socket.once("close", () => done(false));
    socket.once("data", (reply) => done(reply.length === 1 && (reply[0] === 0x53 || reply[0] === 0x4e)));
    socket.connect(port, "127.0.0.1", () => socket.write(sslRequest));
  });
}
