import { once } from "node:events";
import { type AddressInfo, createServer, connect as dial, type Server, type Socket } from "node:net";
import type { SeededRandom } from "@leftfold/testing";
import { databaseUrl } from "./workbench.ts";

/** What becomes of what a client sends, and of the answer. */
export type Fault =
  /** Nothing is passed on, and the connection is cut. */
  | "cut-before"
  /** It is passed on, and the connection is cut before the answer. */
  | "cut-during"
  /** It is passed on, and the connection is cut once half of the answer has been passed back. */
  | "cut-after"
  /** It is passed on somewhat later. */
  | "delay";

interface Link {
  readonly client: Socket;
  readonly server: Socket;
  answer: "pass" | "lose" | "halve";
}

/** Stands between the store and PostgreSQL, and breaks connections at the moments that hurt. */
export class FaultyProxy implements AsyncDisposable {
  readonly #server: Server;
  readonly #links = new Set<Link>();
  /** Decides what becomes of what a client sends next; nothing happens when it gives undefined. */
  fault: (sent: Buffer) => Fault | undefined = () => undefined;
  /** New connections are closed at once. */
  refuses = false;
  /** Nothing is passed on any more, in either direction, and nobody is told. */
  isSilent = false;
  faults = 0;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async open(): Promise<FaultyProxy> {
    const server = createServer();
    const proxy = new FaultyProxy(server);
    server.on("connection", (client) => proxy.#link(client));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return proxy;
  }

  /** Where the store finds PostgreSQL, through here. */
  get url(): string {
    const url = new URL(databaseUrl);
    url.hostname = "127.0.0.1";
    url.port = String((this.#server.address() as AddressInfo).port);
    return url.href;
  }

  get connections(): number {
    return this.#links.size;
  }

  /** Faults by chance, in what is sent once connected. */
  faultsByChance(random: SeededRandom, probability: number): void {
    const faults: readonly Fault[] = ["cut-before", "cut-during", "cut-after", "delay"];
    this.fault = () => (random.chance(probability) ? random.pick(faults) : undefined);
  }

  /** Cuts every connection. */
  cutAll(): void {
    for (const link of this.#links) cut(link);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.cutAll();
  }

  #link(client: Socket): void {
    if (this.refuses) {
      client.destroy();
      return;
    }
    const { hostname, port } = new URL(databaseUrl);
    const link: Link = { client, server: dial(Number(port || 5432), hostname), answer: "pass" };
    this.#links.add(link);
    for (const socket of [link.client, link.server]) {
      socket.setNoDelay(true);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        cut(link);
        this.#links.delete(link);
      });
    }
    client.on("data", (sent) => this.#passOn(link, sent));
    link.server.on("data", (answer) => this.#passBack(link, answer));
  }

  #passOn(link: Link, sent: Buffer): void {
    if (this.isSilent || link.answer !== "pass") return;
    const fault = this.fault(sent);
    if (fault !== undefined) this.faults++;
    switch (fault) {
      case "cut-before":
        cut(link);
        return;
      case "cut-during":
        link.answer = "lose";
        break;
      case "cut-after":
        link.answer = "halve";
        break;
      case "delay":
        link.client.pause();
        setTimeout(() => {
          link.server.write(sent);
          link.client.resume();
        }, 20);
        return;
    }
    link.server.write(sent);
  }

  #passBack(link: Link, answer: Buffer): void {
    if (this.isSilent) return;
    if (link.answer === "pass") {
      link.client.write(answer);
      return;
    }
    if (link.answer === "halve") link.client.write(answer.subarray(0, answer.length >> 1));
    cut(link);
  }
}

function cut({ client, server }: Link): void {
  client.destroy();
  server.destroy();
}
