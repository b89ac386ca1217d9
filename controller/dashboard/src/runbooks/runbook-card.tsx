import { Code, NativeSelect, Text } from '@mantine/core';
import type { Mode, RunbookSummary } from '@millwright/shared/api';
import { useState } from 'react';
import { type ModeChange, useSetMode, useUnsetMode } from '../api/changes.ts';
import type { ClientName } from '../api/queries.ts';
import { Failed } from '../parts/failed.tsx';
import { Section } from '../parts/section.tsx';
import { mayGovern, useMe } from '../session/me.ts';
import { classWords } from '../words/classes.ts';
import { platformNames } from '../words/names.ts';
import { AutonomyDialog } from './autonomy-dialog.tsx';
import { ModeControl } from './mode-control.tsx';
import classes from './runbook-card.module.css';

const EVERYONE = '*';

/** One runbook: what it does, and its mode for each client. */
export function RunbookCard({
  runbook,
  clients,
}: {
  runbook: RunbookSummary;
  clients: readonly ClientName[];
}) {
  const me = useMe();
  const setMode = useSetMode();
  const unsetMode = useUnsetMode();
  const busy = setMode.isPending || unsetMode.isPending;
  const [daring, setDaring] = useState<ModeChange>();
  const nameOf = (client: string): string =>
    client === EVERYONE ? 'All other clients' : (clients.find(({ id }) => id === client)?.name ?? client);
  const own = Object.keys(runbook.modes).filter((client) => client !== EVERYONE);
  const without = clients.filter(({ id }) => !own.includes(id));
  const everyone = runbook.modes[EVERYONE];

  const choose = (client: string, mode: Mode): void => {
    const change = { runbook: runbook.id, client, mode };
    // Only this one lets Millwright act without a person: it is asked twice.
    if (mode === 'autonomous') setDaring(change);
    else setMode.mutate(change);
  };

  return (
    <Section
      title={runbook.title}
      label={`${runbook.title}, ${runbook.id}`}
      aside={<Code>{`${runbook.id} v${runbook.version}`}</Code>}
    >
      <div className={classes.columns}>
        <div>
          <Text size="sm">{runbook.summary}</Text>
          <Text size="sm" c="dimmed" mt="xs">
            {runbook.class}: {classWords[runbook.class]}
          </Text>
          <Text size="sm" c="dimmed">
            {runbook.platforms.map((platform) => platformNames[platform]).join(', ')}
            {runbook.conditions.length > 0 && `, for ${runbook.conditions.join(', ')}`}
          </Text>
        </div>
        <div className={classes.modes}>
          {[...own, EVERYONE].map((client) => (
            <ModeControl
              key={client}
              client={own.length === 0 ? 'All clients' : nameOf(client)}
              runbook={runbook}
              mode={runbook.modes[client]}
              editable={mayGovern(me) && !busy}
              onChoose={(mode) => choose(client, mode)}
              onRemove={
                client === EVERYONE ? undefined : () => unsetMode.mutate({ runbook: runbook.id, client })
              }
            />
          ))}
          {mayGovern(me) && without.length > 0 && everyone !== undefined && (
            <NativeSelect
              size="xs"
              className={classes.apart ?? ''}
              aria-label={`Give a client a mode of its own for ${runbook.title}`}
              value=""
              disabled={busy}
              data={[
                { value: '', label: 'Set a client apart…' },
                ...without.map(({ id, name }) => ({ value: id, label: name })),
              ]}
              onChange={(event) => {
                // It begins where everyone stands; the next step is the owner's.
                if (event.currentTarget.value !== '')
                  setMode.mutate({ runbook: runbook.id, client: event.currentTarget.value, mode: everyone });
              }}
            />
          )}
          {setMode.isError && <Failed error={setMode.error} />}
          {unsetMode.isError && <Failed error={unsetMode.error} />}
        </div>
      </div>
      <AutonomyDialog
        change={daring}
        runbook={runbook}
        client={daring === undefined ? '' : nameOf(daring.client)}
        onClose={() => setDaring(undefined)}
      />
    </Section>
  );
}
