import type { Socket } from "node:net";
import { type CutKind, type Direction, isBlackHoled } from "./proxy-conditions.ts";
import { type PipeOptions, ProxyPipe, type Weather } from "./proxy-pipe.ts";
import { resetSocket } from "./reset-socket.ts";
import { untilAborted } from "./until-aborted.ts";

export interface ConnectionOptions
  extends Pick<PipeOptions, "weather" | "random" | "clock" | "bufferBytesMax" | "hear"> {
  readonly client: Socket;
  readonly target: Socket;
  readonly onPassed: (direction: Direction, bytes: number) => void;
  /** It is about to be cut, by this side. */
  readonly onCut: () => void;
  readonly onGone: () => void;
}

/** One connection through a proxy: a socket on either side, and a pipe in either direction. */
export class ProxiedConnection {
  readonly #client: Socket;
  readonly #target: Socket;
  readonly #gone = new AbortController();
  readonly #onCut: () => void;
  readonly #pipes: readonly ProxyPipe[];

  constructor(options: ConnectionOptions) {
    const { client, target, weather, onPassed, onCut, onGone } = options;
    this.#onCut = onCut;
    this.#client = client;
    this.#target = target;
    this.#gone.signal.addEventListener("abort", onGone);
    for (const [socket, direction] of [
      [client, "toTarget"],
      [target, "toClient"],
    ] as const) {
      socket.setNoDelay(true);
      socket.on("error", () => void this.#broken(direction, weather));
      socket.on("close", () => this.#closed());
    }
    const pipe = (direction: Direction, source: Socket, sink: Socket): ProxyPipe =>
      new ProxyPipe({
        ...options,
        direction,
        source,
        sink,
        gone: this.#gone.signal,
        cut: () => this.cut(weather().conditions.cutAfterBytes?.kind ?? "reset"),
        onPassed: (bytes) => onPassed(direction, bytes),
      });
    this.#pipes = [pipe("toTarget", client, target), pipe("toClient", target, client)];
  }

  /** Bytes that arrived and were not passed on, in both directions. */
  get heldBytes(): number {
    return this.#pipes.reduce((sum, { heldBytes }) => sum + heldBytes, 0);
  }

  /** Ends it on both sides. What was passed on is still sent; what was not is lost. */
  cut(kind: CutKind): void {
    if (this.#gone.signal.aborted) return;
    this.#onCut();
    this.#end(kind);
  }

  #end(kind: CutKind): void {
    if (this.#gone.signal.aborted) return;
    this.#gone.abort();
    // The target reads what was passed on before it learns of the end: a reset could take it back.
    close(this.#target);
    if (kind === "reset") resetSocket(this.#client);
    else close(this.#client);
  }

  /** A reset on one side is one on the other, as soon as the other side can hear of it. */
  async #broken(direction: Direction, weather: () => Weather): Promise<void> {
    for (;;) {
      const { conditions, changed } = weather();
      if (!isBlackHoled(conditions, direction)) break;
      await untilAborted(AbortSignal.any([changed, this.#gone.signal]));
      if (this.#gone.signal.aborted) return;
    }
    this.#end("reset");
  }

  #closed(): void {
    if (this.#client.closed && this.#target.closed) this.#gone.abort();
  }
}

/** Ends in good order, unless the other side has yet to make room for what was sent: nobody waits for that. */
function close(socket: Socket): void {
  if (socket.connecting || socket.writableLength > 0) socket.destroy();
  else socket.destroySoon();
}
