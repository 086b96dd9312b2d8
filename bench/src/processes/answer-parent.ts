import { thisProcess } from "../harness/profile.ts";
import type { Answer, Ask } from "./child.ts";

/** What a child process can be asked, by name. */
export type Answers = Readonly<Record<string, (argument: never) => Promise<unknown>>>;

/**
 * Answers the parent's questions, those of `--profile` among them, until the parent goes away; then ends the
 * process.
 *
 * @param stop called before that, and given ten seconds.
 */
export function answerParent(answers: Answers, stop: () => Promise<void> = async () => {}): void {
  const profiled = thisProcess("child");
  const all: Answers = {
    ...answers,
    startProfile: () => profiled.startProfile(),
    stopProfile: () => profiled.stopProfile(),
  };
  process.on("message", ({ number, what, argument }: Ask) => {
    const reply = (answer: Answer): void => {
      // Nobody listens any more when the parent has gone; the process ends then.
      process.send?.(answer, undefined, undefined, () => undefined);
    };
    const answer = all[what];
    if (answer === undefined) return reply({ number, error: `"${what}" is not a question that it knows` });
    answer(argument as never).then(
      (value) => reply({ number, value }),
      (error: unknown) =>
        reply({ number, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
  process.once("disconnect", () => {
    void stop().finally(() => process.exit());
  });
}
