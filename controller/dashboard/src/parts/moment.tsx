import { distanceInWords } from '../words/duration.ts';
import { instantInWords } from '../words/instant.ts';
import { useNow } from '../words/now.tsx';

/** An instant as date, time and zone. */
export function Moment({ at }: { at: number }) {
  return <time dateTime={new Date(at).toISOString()}>{instantInWords(at)}</time>;
}

/** An instant as distance from now; date, time and zone on hover. */
export function Ago({ at }: { at: number }) {
  const now = useNow();
  return (
    <time dateTime={new Date(at).toISOString()} title={instantInWords(at)}>
      {distanceInWords(at, now)}
    </time>
  );
}
