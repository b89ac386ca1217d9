import { z } from 'zod';
import type { Evidence } from './evidence.ts';

const Result = z.looseObject({ outcome: z.string(), code: z.string().optional() });
const Ended = z.object({ kind: z.literal('ended'), warrant: z.string(), result: Result });

/** Nothing ran twice, nothing ran unknown, and both sides tell the same of every run. */
export function judgeRuns({ endpoints, traces, rows }: Evidence): string[] {
  const found: string[] = [];
  const runs = new Map(rows('SELECT * FROM runs').map((run) => [String(run.warrant), run]));
  const journals = new Map(
    endpoints.flatMap(({ id, record }) =>
      record.warrants.map((warrant) => [warrant.id, { ...warrant, endpoint: id }] as const),
    ),
  );

  const steps = new Set<string>();
  for (const { warrant, step } of traces) {
    const name = `${warrant}/${step}`;
    if (steps.has(name)) found.push(`${name} ran twice`);
    steps.add(name);
    if (!journals.has(warrant)) found.push(`${name} ran, and no agent has journalled its warrant`);
    if (!runs.has(warrant)) found.push(`${name} ran, and the controller has no run of it`);
  }

  const ends = endpoints.flatMap(({ record }) =>
    record.audit.flatMap((entry) => Ended.safeParse(entry).data ?? []),
  );
  // A copy of a warrant is refused by its nonce; that says nothing of the warrant itself.
  const told = Map.groupBy(
    ends.filter(({ result }) => result.code !== 'nonce-replayed'),
    ({ warrant }) => warrant,
  );
  for (const [warrant, results] of told)
    if (results.length > 1)
      found.push(
        `${warrant} ended ${results.length} times: ${JSON.stringify(results.map((end) => end.result))}`,
      );

  for (const [warrant, run] of runs) {
    const journal = journals.get(warrant);
    const result = run.result === null ? undefined : Result.parse(JSON.parse(String(run.result)));
    const own = told.get(warrant)?.[0]?.result;
    if (result === undefined) {
      found.push(`run ${warrant} has no result and stands as ${run.state}`);
      continue;
    }
    if (result.outcome !== own?.outcome)
      found.push(`run ${warrant} is ${result.outcome} here and ${own?.outcome ?? 'unknown'} on its endpoint`);
    if (journal !== undefined && journal.endpoint !== run.endpoint)
      found.push(`run ${warrant} was another endpoint's`);
    if (result.outcome === 'refused' && steps.has(`${warrant}/fix`))
      found.push(`run ${warrant} was refused (${result.code}), and it ran`);
    if (result.outcome === 'fixed')
      for (const step of ['fix', 'fix.done', 'verify'])
        if (!steps.has(`${warrant}/${step}`)) found.push(`run ${warrant} is called fixed without ${step}`);
  }
  for (const [id, journal] of journals) {
    if (journal.state !== 'ended') found.push(`warrant ${id} stands as ${journal.state} in the journal`);
    if (!runs.has(id)) found.push(`warrant ${id} was taken, and the controller has no run of it`);
  }
  return found;
}
