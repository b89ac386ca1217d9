import { Text } from '@mantine/core';
import type { TicketDetail } from '@millwright/shared/api';
import { Section } from '../parts/section.tsx';
import { durationInWords } from '../words/duration.ts';
import { instantInWords } from '../words/instant.ts';

/** How it stands with the fault, in one place: fixed with proof, waiting, or for a person. */
export function ProofSection({ ticket }: { ticket: TicketDetail }) {
  const proof = ticket.timeline.findLast(({ kind }) => kind === 'verified');
  const escalation = ticket.timeline.findLast(({ kind }) => kind === 'escalated');
  if (ticket.state === 'escalated') {
    return (
      <Section title="Needs a person" tone="critical">
        <Text size="sm">{escalation?.text ?? 'Millwright could not finish this by itself.'}</Text>
      </Section>
    );
  }
  if (ticket.state === 'closed' && proof !== undefined) {
    return (
      <Section
        title={
          ticket.fixedInMs === null
            ? 'Verified'
            : `Fixed and verified in ${durationInWords(ticket.fixedInMs)}`
        }
        tone="ok"
      >
        <Text size="sm">{proof.text}</Text>
        <Text size="sm" c="dimmed">
          Seen on the endpoint itself, {instantInWords(proof.at)}
        </Text>
      </Section>
    );
  }
  return null;
}
