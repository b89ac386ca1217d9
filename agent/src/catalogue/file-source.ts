/**
 * Where the catalogue's files come from: `metadata/2.root.json`, `targets/linux/disk/<sha256>.name.json`. Null where
 * the source says that there is no such file; a rejection where it could not be asked.
 */
export type FetchFile = (path: string) => Promise<Buffer | null>;
