import { Text } from '@mantine/core';
import type { Fleet } from '@millwright/shared/api';
import type { UseQueryResult } from '@tanstack/react-query';
import { MOST_ROWS, useAlerts, useApprovals, useTickets } from '../api/queries.ts';
import { Answer } from '../parts/answer.tsx';
import { Ago } from '../parts/moment.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { Row, Rows } from '../parts/row.tsx';
import { Section } from '../parts/section.tsx';
import { Sign } from '../parts/status.tsx';
import type { Tone } from '../parts/tone.ts';
import { useNow } from '../words/now.tsx';
import { numberInWords } from '../words/size.ts';
import { type Attention, attentionOf } from './attention.ts';

const MOST_SHOWN = 12;

const toneWords: Readonly<Record<Tone, string>> = {
  critical: 'Critical',
  warning: 'Warning',
  waiting: 'Waiting',
  ok: 'Well',
  quiet: 'Quiet',
};

/** What waits for a person, wherever it waits. */
export function NeedsPersonSection({ fleet }: { fleet: UseQueryResult<Fleet> }) {
  const now = useNow();
  const tickets = useTickets({ state: 'escalated', limit: MOST_ROWS });
  const approvals = useApprovals();
  const alerts = useAlerts({ state: 'open', limit: MOST_ROWS });
  return (
    <Section title="Needs a person">
      <Answer query={fleet} lines={5}>
        {(theFleet) => (
          <Answer query={tickets} lines={5}>
            {(theTickets) => (
              <Answer query={approvals} lines={5}>
                {(theApprovals) => (
                  <Answer query={alerts} lines={5}>
                    {(theAlerts) => (
                      <AttentionList
                        items={attentionOf(
                          {
                            fleet: theFleet,
                            tickets: theTickets,
                            approvals: theApprovals,
                            alerts: theAlerts,
                          },
                          now,
                        )}
                      />
                    )}
                  </Answer>
                )}
              </Answer>
            )}
          </Answer>
        )}
      </Answer>
    </Section>
  );
}

function AttentionList({ items }: { items: readonly Attention[] }) {
  if (items.length === 0) return <Nothing>Nothing waits for you.</Nothing>;
  return (
    <>
      <Rows label="What needs a person">
        {items.slice(0, MOST_SHOWN).map((item) => (
          <Row
            key={item.key}
            lead={<Sign tone={item.tone} label={toneWords[item.tone]} />}
            title={item.title}
            to={item.to}
            meta={
              <>
                <span>{item.why}</span>
                {item.where !== '' && <span>{item.where}</span>}
              </>
            }
            side={
              item.since === null ? undefined : (
                <Text size="sm" c="dimmed">
                  <Ago at={item.since} />
                </Text>
              )
            }
          />
        ))}
      </Rows>
      {items.length > MOST_SHOWN && (
        <Text size="sm" c="dimmed" mt="xl">
          And {numberInWords(items.length - MOST_SHOWN)} more, under Tickets, Approvals and Alerts.
        </Text>
      )}
    </>
  );
}
