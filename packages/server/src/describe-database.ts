const parts = /^\w+:\/\/(?:([^/?]*)@)?([^/?@]*)(?:\/([^?@]*))?(?:\?[^@]*)?$/;

/** A connection string for people to read: hosts, database and user, without password and settings. */
export function describeDatabase(databaseUrl: string): string {
  const match = parts.exec(databaseUrl);
  // A password with a slash in it, say. Whatever would be shown of it could be the wrong part.
  if (match === null) return "an address that is not shown, as it may hold a password";
  const [, credentials = "", hosts = "", database = ""] = match;
  const user = credentials.split(":", 1)[0]!;
  return [hosts || "localhost", database && `database ${plain(database)}`, user && `as ${plain(user)}`]
    .filter((part) => part !== "")
    .join(", ");
}

function plain(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
