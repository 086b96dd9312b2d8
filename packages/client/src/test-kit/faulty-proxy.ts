import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** One connection through the proxy. */
interface Link {
  readonly client: Socket;
  readonly server: Socket;
  /** Bytes that still go to the client before the link is cut; none by default. */
  budgetBytes: number;
}

/** A TCP proxy that cuts, silences and refuses connections at a test's command. */
export class FaultyProxy implements AsyncDisposable {
  readonly url: string;
  /** Connections that were accepted so far. */
  accepted = 0;
  bytesToClients = 0;
  /** Gives each new connection the bytes that may go to the client before it is cut. */
  budgetBytes: () => number = () => Number.POSITIVE_INFINITY;
  readonly #server: ReturnType<typeof createServer>;
  readonly #links = new Set<Link>();
  #silent = false;
  #refusing = false;

  private constructor(server: ReturnType<typeof createServer>) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async open(targetPort: number): Promise<FaultyProxy> {
    let proxy: FaultyProxy | undefined;
    const server = createServer((client) => proxy?.join(client, targetPort));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    proxy = new FaultyProxy(server);
    return proxy;
  }

  get connections(): number {
    return this.#links.size;
  }

  private join(client: Socket, targetPort: number): void {
    this.accepted++;
    if (this.#refusing) {
      client.resetAndDestroy();
      return;
    }
    const server = connect(targetPort, "127.0.0.1");
    const link: Link = { client, server, budgetBytes: this.budgetBytes() };
    this.#links.add(link);
    client.on("data", (chunk) => this.#silent || server.write(chunk));
    server.on("data", (chunk) => this.#silent || this.#answer(link, chunk));
    for (const socket of [client, server]) {
      socket.on("error", () => this.#cut(link));
      socket.on("close", () => this.#cut(link));
    }
  }

  #answer(link: Link, chunk: Buffer): void {
    this.bytesToClients += chunk.byteLength;
    if (chunk.byteLength < link.budgetBytes) {
      link.budgetBytes -= chunk.byteLength;
      link.client.write(chunk);
      return;
    }
    // Half a frame arrives, then nothing ever again.
    link.client.write(chunk.subarray(0, link.budgetBytes), () => this.#cut(link));
  }

  #cut(link: Link): void {
    if (!this.#links.delete(link)) return;
    link.client.resetAndDestroy();
    link.server.destroy();
  }

  /** Cuts every connection that is open. */
  cut(): void {
    for (const link of this.#links) this.#cut(link);
  }

  /** From now on nothing passes, in either direction, and nobody is told. */
  silence(): void {
    this.#silent = true;
  }

  /** From now on new connections are reset. */
  refuse(): void {
    this.#refusing = true;
  }

  /** New connections work again, and what was silenced is cut. */
  heal(): void {
    if (this.#silent) this.cut();
    this.#silent = false;
    this.#refusing = false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
