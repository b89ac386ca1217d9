import { useFleet } from '../api/queries.ts';
import { Columns } from '../parts/columns.tsx';
import { Page } from '../parts/page.tsx';
import { CountsSection } from './counts.tsx';
import { FixedSection } from './fixed.tsx';
import { NeedsPersonSection } from './needs-person.tsx';
import { TodaySection } from './today.tsx';
import { UnwellSection } from './unwell.tsx';

/** The fleet at a glance: what needs a person first, then what Millwright did by itself. */
export function FleetPage() {
  const fleet = useFleet();
  return (
    <Page title="Fleet">
      <Columns
        beside={
          <>
            <TodaySection fleet={fleet} />
            <CountsSection fleet={fleet} />
          </>
        }
      >
        <NeedsPersonSection fleet={fleet} />
        <FixedSection />
        <UnwellSection />
      </Columns>
    </Page>
  );
}
