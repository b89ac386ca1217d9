import { isDeepStrictEqual } from 'node:util';
import type { Evidence } from './evidence.ts';

/** No event is lost, none is there twice, none is another than it was. */
export function judgeEvents({ endpoints, rows }: Evidence): string[] {
  const events = Map.groupBy(rows('SELECT endpoint, stream, seq, body FROM events'), ({ endpoint }) =>
    String(endpoint),
  );
  return endpoints.flatMap(({ name, id, record, seen }) => {
    const found: string[] = [];
    const stored = new Map<number, unknown>();
    for (const { stream, seq, body } of events.get(id) ?? []) {
      if (stream !== record.stream) found.push(`${name}: event ${seq} of a stream that its agent never had`);
      if (stored.has(Number(seq))) found.push(`${name}: event ${seq} is stored twice`);
      stored.set(Number(seq), JSON.parse(String(body)));
    }
    for (let seq = 1; seq <= record.made; seq += 1)
      if (!stored.has(seq) && !record.waiting.has(seq)) found.push(`${name}: event ${seq} is lost`);
    for (const seq of stored.keys())
      if (seq > record.made) found.push(`${name}: event ${seq} is stored and was never made`);
    for (const [seq, body] of seen)
      if (stored.has(seq) && !isDeepStrictEqual(stored.get(seq), JSON.parse(body)))
        found.push(`${name}: event ${seq} is stored as another than it was`);
    for (const seq of record.waiting.keys()) found.push(`${name}: event ${seq} still waits`);
    return found;
  });
}
