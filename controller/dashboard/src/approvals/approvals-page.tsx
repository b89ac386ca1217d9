import { useApprovals } from '../api/queries.ts';
import { Answer } from '../parts/answer.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { Page } from '../parts/page.tsx';
import { Section } from '../parts/section.tsx';
import { ApprovalCard } from './approval-card.tsx';

/** Fixes that wait for a person, the one that lapses first on top. */
export function ApprovalsPage() {
  const approvals = useApprovals();
  return (
    <Page
      title="Approvals"
      below={<span>Fixes that wait for your word. What you see here is what would run.</span>}
    >
      <Answer query={approvals} lines={6}>
        {(all) =>
          all.length === 0 ? (
            <Section title="Waiting">
              <Nothing>No fix waits for approval.</Nothing>
            </Section>
          ) : (
            [...all]
              .sort((one, other) => one.expiresAt - other.expiresAt)
              .map((approval) => <ApprovalCard key={approval.remediation} approval={approval} />)
          )
        }
      </Answer>
    </Page>
  );
}
