import { fileURLToPath } from "node:url";

/** Where the sources lie that bugs are seeded in. */
export const repositoryRoot: string = fileURLToPath(new URL("../../../", import.meta.url));
