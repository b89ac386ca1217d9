import type { ServerResponse } from 'node:http';
import type { LiveFeed } from '../live/index.ts';

/** How often a comment shows that the stream still lives, and whoever reads it is asked for again. Milliseconds. */
const heartbeatMs = 15_000;
/** A reader this far behind is let go; it comes back and fetches what it shows. Bytes. */
const maxBacklogBytes = 1_048_576;

interface Stream {
  /** What names the reader's session or token. */
  readonly owner: string;
  readonly end: () => void;
}

/** The open server-sent event streams. */
export class LiveStreams {
  readonly #feed: LiveFeed;
  readonly #open = new Set<Stream>();

  constructor(feed: LiveFeed) {
    this.#feed = feed;
  }

  /** Tells every change on `response` until the reader goes, or `mayGoOn` (asked at every heartbeat) says no. */
  start(response: ServerResponse, owner: string, mayGoOn: () => Promise<boolean>): void {
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    response.write('retry: 2000\n\n');
    const write = (text: string): void => {
      if (response.writableLength > maxBacklogBytes) response.destroy();
      else response.write(text);
    };
    const unsubscribe = this.#feed.subscribe((change) => write(`data: ${JSON.stringify(change)}\n\n`));
    const heartbeat = setInterval(() => {
      write(': alive\n\n');
      mayGoOn().then(
        (may) => may || response.end(),
        // The store cannot be asked: let go, so that the reader signs in anew when it can.
        () => response.end(),
      );
    }, heartbeatMs);
    const stream: Stream = { owner, end: () => response.end() };
    this.#open.add(stream);
    response.on('close', () => {
      clearInterval(heartbeat);
      unsubscribe();
      this.#open.delete(stream);
    });
  }

  /** Ends the streams of one owner (its session has ended), or all of them. */
  end(owner?: string): void {
    for (const stream of this.#open) if (owner === undefined || stream.owner === owner) stream.end();
  }
}
