import { testRunbooks } from '../test-runbooks.ts';
import type { Evidence, Row } from './evidence.ts';

const ours = ['process-stopped', 'folder-over-limit'];

/** No ticket is stuck: closed, or handed to a person with a reason; and the alerts are those that stand on the endpoints. */
export function judgeTickets({ endpoints, rows }: Evidence): string[] {
  const found: string[] = [];
  const lines = Map.groupBy(rows('SELECT ticket, kind, text FROM timeline'), ({ ticket }) => Number(ticket));
  const kinds = (ticket: unknown, kind: string): number =>
    (lines.get(Number(ticket)) ?? []).filter((line) => line.kind === kind).length;

  for (const { id, state, subject } of rows('SELECT id, state, subject FROM tickets')) {
    const named = `ticket ${id} (${subject})`;
    if (String(subject).includes('no record of'))
      found.push(`${named}: a warrant of this controller is strange to it`);
    if (kinds(id, 'opened') !== 1) found.push(`${named} was opened ${kinds(id, 'opened')} times`);
    if (state === 'escalated' ? kinds(id, 'escalated') === 0 : state !== 'closed')
      found.push(`${named} is stuck as ${state}`);
    if (kinds(id, 'closed') !== kinds(id, 'reopened') + (state === 'closed' ? 1 : 0))
      found.push(
        `${named} is ${state}, was closed ${kinds(id, 'closed')} times and reopened ${kinds(id, 'reopened')} times`,
      );
  }

  for (const { id, state, runbook } of rows('SELECT id, state, runbook FROM remediations')) {
    if (
      ['deciding', 'proposed', 'held', 'authorised', 'dispatched', 'running', 'verifying'].includes(
        String(state),
      )
    )
      found.push(`remediation ${id} (${runbook}) still stands as ${state}`);
    if (runbook !== null && !testRunbooks.some((known) => known === runbook))
      found.push(`remediation ${id} used ${runbook}, which the tests did not sign`);
  }

  const alerts = rows('SELECT id, fingerprint, endpoint, condition, subject, state, ticket FROM alerts');
  const subjectOf = ({ endpoint, subject }: Row): string => `${endpoint} ${subject}`;
  // What flaps is held for one fault until it has been steady for an hour.
  const flapping = new Set(
    alerts
      .filter(({ condition, state }) => condition === 'service-flapping' && state !== 'resolved')
      .map(subjectOf),
  );
  for (const alert of alerts)
    if (
      ours.includes(String(alert.condition)) &&
      alert.state !== 'resolved' &&
      !flapping.has(subjectOf(alert))
    )
      found.push(`alert ${alert.id} (${alert.condition} of ${alert.subject}) stands, and the fault is over`);
  for (const { name, id, record } of endpoints) {
    const standing = alerts
      .filter(
        ({ endpoint, state, condition }) =>
          endpoint === id && state !== 'resolved' && ours.includes(String(condition)),
      )
      .map(({ condition, subject }) => `${condition} ${String(subject)}`);
    const raised = record.raised
      .map((key) => key.replace(/ (process|folder):/, ' '))
      .filter((key) => ours.includes(key.split(' ')[0] ?? ''));
    if (standing.toSorted().join() !== raised.toSorted().join())
      found.push(`${name}: the controller has [${standing}] standing, the endpoint [${raised}]`);
  }

  const byTicket = Map.groupBy(
    alerts.filter(({ ticket }) => ticket !== null),
    ({ ticket }) => ticket,
  );
  // One fault may come back, and goes on with its ticket.
  for (const [ticket, behind] of byTicket)
    if (new Set(behind.map(({ fingerprint }) => fingerprint)).size > 1)
      found.push(`ticket ${ticket} stands for ${behind.length} alerts of more than one fault`);
  return found;
}
