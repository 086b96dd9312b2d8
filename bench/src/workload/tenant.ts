/** The one tenant of every benchmark. */
export const tenantId = "bench";
