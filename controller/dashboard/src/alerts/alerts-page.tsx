import { useAlerts } from '../api/queries.ts';
import { Choice, oneOf, useFilter } from '../parts/filter.tsx';
import { ListPage, useSearch } from '../parts/list-page.tsx';
import { Rows } from '../parts/row.tsx';
import { alertStateNames, severityNames } from '../words/names.ts';
import { AlertRow } from './alert-row.tsx';

const states = [
  ['open', alertStateNames.open],
  ['acknowledged', alertStateNames.acknowledged],
  ['resolved', alertStateNames.resolved],
  ['all', 'All'],
] as const;

const severities = [
  ['', 'Any severity'],
  ['critical', severityNames.critical],
  ['warning', severityNames.warning],
] as const;

/** Every alert, by its state, its severity and its words. */
export function AlertsPage() {
  const [stateWord, setState] = useFilter('state');
  const [severityWord, setSeverity] = useFilter('severity');
  const search = useSearch();
  const state = oneOf(states, stateWord, 'open');
  const severity = oneOf(severities, severityWord, '');
  const alerts = useAlerts({
    state: state === 'all' ? undefined : state,
    severity: severity === '' ? undefined : severity,
    words: search.words,
  });
  return (
    <ListPage
      title="Alerts"
      noun="alert"
      search={search}
      placeholder="A word in it"
      filters={
        <>
          <Choice
            label="State"
            value={state}
            choices={states}
            onChange={(value) => setState(value === 'open' ? '' : value)}
          />
          <Choice label="Severity" value={severity} choices={severities} onChange={setSeverity} />
        </>
      }
      listing={alerts}
      none={state === 'open' ? 'No alert is open.' : 'There is none.'}
      narrowed={severity !== ''}
    >
      {(rows) => (
        <Rows label="Alerts">
          {rows.map((alert) => (
            <AlertRow key={alert.id} alert={alert} />
          ))}
        </Rows>
      )}
    </ListPage>
  );
}
