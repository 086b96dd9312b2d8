/** The schema that holds the tables of everything that is not told another. */
export const defaultSchema = "leftfold";
