import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { ApiProblem } from '../api-problem.ts';

/**
 * A list's order: terms of which each ascends and the last is unique, so that a row has one place among the others (a term
 * that should descend is negated). Pages begin behind a place, not at a number of rows: rows that come or go meanwhile
 * neither repeat others nor hide them.
 */
export type Order = readonly RawBuilder<number | string>[];

/** The values of a row's terms. */
export type Place = readonly (number | string)[];

export interface PageRequest {
  /** The `next` of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

export interface Page<T> {
  readonly items: T[];
  readonly next: string | null;
}

function readPlace(after: string, order: Order): Place {
  try {
    const place: unknown = JSON.parse(Buffer.from(after, 'base64url').toString('utf8'));
    const ofTerms = (value: unknown): value is number | string =>
      typeof value === 'number' || typeof value === 'string';
    if (Array.isArray(place) && place.length === order.length && place.every(ofTerms)) return place;
  } catch {
    // Not JSON: told below, as every other text that is no place.
  }
  throw new ApiProblem(
    400,
    'invalid',
    'after in the query: must be the `next` of a page of this list, as it was answered',
  );
}

/** The rows behind `after`; all where it is undefined. @throws ApiProblem */
export function behind(order: Order, after: string | undefined): RawBuilder<SqlBool> {
  if (after === undefined) return sql`true`;
  return sql`(${sql.join(order)}) > (${sql.join(readPlace(after, order))})`;
}

/** A page of `rows`, of which one more than `limit` was fetched. */
export function pageFrom<Row, T>(
  rows: readonly Row[],
  limit: number,
  { placeOf, itemOf }: { placeOf: (row: Row) => Place; itemOf: (row: Row) => T },
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return {
    items: shown.map(itemOf),
    next: last === undefined ? null : Buffer.from(JSON.stringify(placeOf(last))).toString('base64url'),
  };
}

/** Whether one of the texts holds `words`, whatever the case of (Latin) letters. */
export function mentions(words: string, ...texts: readonly RawBuilder<string | null>[]): RawBuilder<SqlBool> {
  return sql`instr(lower(concat_ws(char(10), ${sql.join(texts)})), lower(${words})) > 0`;
}
