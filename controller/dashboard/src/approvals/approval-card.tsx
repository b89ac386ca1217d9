import { Button, Code, Group, Text } from '@mantine/core';
import type { Approval } from '@millwright/shared/api';
import { useState } from 'react';
import { Link } from 'react-router';
import type { Answer } from '../api/changes.ts';
import { Facts } from '../parts/facts.tsx';
import { Ago, Moment } from '../parts/moment.tsx';
import { Output } from '../parts/output.tsx';
import { Section } from '../parts/section.tsx';
import { Parameters } from '../runbooks/parameters.tsx';
import { mayAct, useMe } from '../session/me.ts';
import { classWords } from '../words/classes.ts';
import { useNow } from '../words/now.tsx';
import { AnswerDialog } from './answer-dialog.tsx';
import classes from './approval-card.module.css';
import { SignatureNotice } from './signature-notice.tsx';

/** One fix that waits: exactly what would run, where, why, and until when. */
export function ApprovalCard({ approval }: { approval: Approval }) {
  const me = useMe();
  const now = useNow();
  const [asked, setAsked] = useState<Answer['answer']>();
  const lapsed = approval.expiresAt <= now;
  const files = Object.entries(approval.files);
  const bySignature = approval.signaturesNeeded + approval.signedBy.length > 0;
  return (
    <div id={`remediation-${approval.remediation}`}>
      <Section
        title={`${approval.title} on ${approval.endpoint.hostname}`}
        tone="waiting"
        aside={
          <Text size="sm" c="dimmed">
            {lapsed ? 'lapsed ' : 'lapses '}
            <Ago at={approval.expiresAt} />
          </Text>
        }
      >
        <Text size="sm" mb="sm">
          {approval.reason}
        </Text>
        <div className={classes.columns}>
          <Facts
            facts={[
              [
                'Endpoint',
                <Link key="endpoint" to={`/endpoints/${approval.endpoint.id}`}>
                  {approval.endpoint.hostname}
                </Link>,
              ],
              ['Client', approval.client.name],
              [
                'Ticket',
                <Link key="ticket" to={`/tickets/${approval.ticket}`}>{`#${approval.ticket}`}</Link>,
              ],
              ['Until', <Moment key="until" at={approval.expiresAt} />],
            ]}
          />
          <Facts
            facts={[
              ['Runbook', <Code key="runbook">{`${approval.runbook} v${approval.runbookVersion}`}</Code>],
              ['Class', `${approval.class}: ${classWords[approval.class]}`],
              [
                'With',
                Object.keys(approval.parameters).length === 0 ? (
                  'no parameters'
                ) : (
                  <Parameters key="with" parameters={approval.parameters} />
                ),
              ],
            ]}
          />
        </div>
        <div className={classes.files}>
          {files.map(([name, text]) => (
            <details key={name} open>
              <summary>{name}</summary>
              <Output label={`Script ${name}`}>{text}</Output>
            </details>
          ))}
        </div>
        {bySignature && <SignatureNotice approval={approval} />}
        {mayAct(me) && (
          <Group gap="sm" mt="md">
            {!bySignature && (
              <Button disabled={lapsed} onClick={() => setAsked('approve')}>
                Approve…
              </Button>
            )}
            <Button variant="default" onClick={() => setAsked('decline')}>
              Decline…
            </Button>
          </Group>
        )}
      </Section>
      <AnswerDialog approval={approval} asked={asked} onClose={() => setAsked(undefined)} />
    </div>
  );
}
