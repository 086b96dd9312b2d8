import type { Socket } from "node:net";

/**
 * Resets a connection, and lets go of its socket. One that is about to be ended is ended at once instead: the system refuses to
 * reset it, and Node (24.21) would lose the socket without closing it, one open file for good.
 */
export function resetSocket(socket: Socket): void {
  if (socket.writableEnded && !socket.writableFinished) socket.destroy();
  else socket.resetAndDestroy();
}
