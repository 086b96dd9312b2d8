import { SeededRandom } from "../builders/seeded-random.ts";
import type { ContractTest } from "./contract-area.ts";
import {
  backendsOf,
  type ContractBackend,
  type ContractSettings,
  disposeBackends,
} from "./contract-backend.ts";
import { ContractContext } from "./contract-context.ts";

/** The backends that the contract's tests share, and the running of one test over them. */
export class ContractHost implements AsyncDisposable {
  readonly #settings: ContractSettings;
  readonly #made: ContractBackend;

  private constructor(settings: ContractSettings, made: ContractBackend) {
    this.#settings = settings;
    this.#made = made;
  }

  static async open(settings: ContractSettings): Promise<ContractHost> {
    return new ContractHost(settings, await settings.makeBackend());
  }

  /** Runs a test on a tenant of its own. A failure tells the seed that it was drawn with. */
  async run({ run }: ContractTest): Promise<void> {
    const { seed } = this.#settings;
    const context = new ContractContext(this.#settings, backendsOf(this.#made), new SeededRandom(seed));
    try {
      await run(context);
    } catch (error) {
      // What fails first says most: cleaning up after it may well fail, too.
      await context.close().catch(() => {});
      if (error instanceof Error) error.message += `\n(seed ${seed})`;
      throw error;
    }
    await context.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await disposeBackends(this.#made);
  }
}
