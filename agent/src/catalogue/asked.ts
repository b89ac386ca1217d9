import type { FetchFile } from './file-source.ts';

type Answer = Promise<Buffer | null>;

/** What every refresh looks at first. It was sent for together and ahead of that: nothing of it is looked at before. */
export interface Asked {
  /** The root that is trusted; the one after it is asked for. */
  readonly rootVersion: number;
  readonly nextRoot: Answer;
  readonly timestamp: Answer;
}

const TIMESTAMP = 'metadata/timestamp.json';

export function askFor(fetchFile: FetchFile, rootVersion: number): Asked {
  const nextRoot = fetchFile(nextRootOf(rootVersion));
  const timestamp = fetchFile(TIMESTAMP);
  // Whoever looks at an answer hears of its failure; that nobody may look is no fault.
  for (const answer of [nextRoot, timestamp]) answer.catch(() => {});
  return { rootVersion, nextRoot, timestamp };
}

/** Gives the answers that came ahead, each once; anything else is fetched. */
export function fetchAfter(asked: Asked, fetchFile: FetchFile): FetchFile {
  const ahead = new Map<string, Answer>([
    [nextRootOf(asked.rootVersion), asked.nextRoot],
    [TIMESTAMP, asked.timestamp],
  ]);
  return async (path) => {
    const answer = ahead.get(path);
    ahead.delete(path);
    const file = await (answer ?? fetchFile(path));
    // Where the root changes, so may who signs the timestamp: the one that was sent for beside the older root is not it.
    if (answer === asked.nextRoot && file !== null) ahead.delete(TIMESTAMP);
    return file;
  };
}

const nextRootOf = (version: number): string => `metadata/${version + 1}.root.json`;
