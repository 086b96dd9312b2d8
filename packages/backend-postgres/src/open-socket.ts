import { connect, type Socket } from "node:net";

/** Where PostgreSQL is, as postgres.js has read it from a URL. */
interface Servers {
  readonly host: readonly string[];
  readonly port: readonly number[];
  /** Of a Unix socket; false for none. */
  readonly path?: string | false;
}

/**
 * Opens sockets for postgres.js that send at once, to one server after the other when there are several.
 *
 * The driver's own wait for what was sent before to be acknowledged (Nagle's algorithm, RFC 896), which PostgreSQL does with its
 * answer: a second batch would not be on its way before the first is committed.
 */
export function socketOpener(): (servers: Servers) => Socket {
  let opened = 0;
  return ({ host, port, path }) => {
    const at = opened++ % host.length;
    const server = { host: host[at]!, port: port[at]! };
    const socket = path ? connect(path) : connect({ ...server, noDelay: true });
    // The driver names the server in its errors, and checks its certificate, by what it finds on the socket.
    return Object.assign(socket, server);
  };
}
