import { Button, Group, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch, type TablerIcon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Listing } from '../api/queries.ts';
import { counted } from '../words/size.ts';
import { Answer } from './answer.tsx';
import { useFilter } from './filter.tsx';
import { Nothing } from './nothing.tsx';
import { Page } from './page.tsx';
import { Section } from './section.tsx';

/** How long nobody types before a list is asked for by its words. Milliseconds. */
const TYPING_MS = 250;

export interface Search {
  readonly typed: string;
  readonly set: (words: string) => void;
  /** What to ask the API for. */
  readonly words: string | undefined;
}

/** The words that a list is searched for, kept in the address. */
export function useSearch(): Search {
  const [typed, set] = useFilter('words');
  const [settled] = useDebouncedValue(typed.trim(), TYPING_MS);
  return { typed, set, words: settled === '' ? undefined : settled };
}

interface ListPageProps<T> {
  readonly title: string;
  /** What a row is (`ticket`). */
  readonly noun: string;
  readonly search: Search;
  readonly placeholder: string;
  /** Beside the field for words. */
  readonly filters: ReactNode;
  readonly listing: Listing<T>;
  /** What is said of an empty list that nothing narrows; narrowed, none fits. */
  readonly none: string;
  readonly narrowed: boolean;
  readonly icon?: TablerIcon;
  readonly children: (rows: readonly T[]) => ReactNode;
}

/** A page that is one long list: narrowed by what the address says, and fetched as far as somebody reads. */
export function ListPage<T>(props: ListPageProps<T>) {
  const { title, noun, search, listing, none, narrowed, icon, children } = props;
  return (
    <Page title={title}>
      <Group gap="sm">
        {props.filters}
        <TextInput
          size="xs"
          aria-label={`Find ${noun}s by a word`}
          placeholder={props.placeholder}
          maxLength={100}
          leftSection={<IconSearch size={15} aria-hidden />}
          value={search.typed}
          onChange={(event) => search.set(event.currentTarget.value)}
        />
      </Group>
      <Answer query={listing} lines={8}>
        {(rows) => (
          <Section title={`${listing.more ? 'The first ' : ''}${counted(rows.length, noun)}`}>
            {rows.length === 0 ? (
              <Nothing {...(icon === undefined ? {} : { icon })}>
                {narrowed || search.words !== undefined ? `No ${noun} fits.` : none}
              </Nothing>
            ) : (
              children(rows)
            )}
            {listing.more && (
              <Button variant="default" mt="md" loading={listing.fetching} onClick={listing.fetchMore}>
                Show more
              </Button>
            )}
          </Section>
        )}
      </Answer>
    </Page>
  );
}
