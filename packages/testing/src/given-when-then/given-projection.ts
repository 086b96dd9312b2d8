import { foldProjection, type Projection } from "@leftfold/event-sourcing";
import { toldHistories } from "./emitted-histories.ts";
import { type History, recordHistories } from "./happened.ts";
import { assertNotAwaited } from "./not-awaited.ts";
import { renderDocuments } from "./render-documents.ts";
import { assertAlike, type Shown } from "./scenario-failure.ts";

/** Documents by their keys. */
export type DocumentsByKey<Document> = Readonly<Record<string, Document>>;

/** A projection with some documents. */
export interface GivenDocuments<Document> {
  /** Folds what happened, in this order, into the documents. */
  when(...histories: readonly History[]): FoldedDocuments<Document>;
}

/** What a projection made of events. */
export interface FoldedDocuments<Document> {
  /** Expects these documents and no others. @throws `ScenarioFailure` with the difference. */
  then(expected: DocumentsByKey<Document>): void;
}

export function givenProjection<Document extends object>(
  projection: Projection<Document>,
  documents: DocumentsByKey<Document>,
): GivenDocuments<Document> {
  const before = new Map(Object.entries(documents));
  return {
    when(...histories) {
      const after = Object.fromEntries(foldProjection(projection, recordHistories(histories), before));
      const story = {
        given: before.size === 0 ? [] : renderDocuments(documents),
        when: toldHistories(histories),
      };
      return {
        // biome-ignore lint/suspicious/noThenProperty: the word that scenarios are told with; nobody awaits them.
        then(expected) {
          assertNotAwaited(expected);
          const what = `${projection.name} came to other documents than expected.`;
          assertAlike(what, story, shown(expected), shown(after));
        },
      };
    },
  };
}

function shown(documents: DocumentsByKey<object>): Shown {
  return { value: documents, lines: renderDocuments(documents) };
}
