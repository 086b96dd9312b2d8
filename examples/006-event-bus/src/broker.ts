import type { CloudEvent, EventSink } from "@leftfold/event-sourcing";

/** Where other systems hear of what happens here. */
export interface Broker extends AsyncDisposable {
  /** One line for the screen. */
  readonly title: string;
  readonly sink: EventSink;
  /**
   * What another system has received, each event once.
   *
   * @param publishedCount how many events the broker was given, repetitions included: all of them are waited for.
   */
  received(publishedCount: number): Promise<readonly CloudEvent[]>;
}
