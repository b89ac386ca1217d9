import { Button, SegmentedControl } from '@mantine/core';
import type { Mode, RunbookSummary } from '@millwright/shared/api';
import { modeNames } from '../words/names.ts';
import classes from './runbook-card.module.css';

const ladder: readonly Mode[] = ['off', 'shadow', 'suggest', 'autonomous'];

interface ModeControlProps {
  /** The client's name. */
  readonly client: string;
  readonly runbook: RunbookSummary;
  /** Undefined where none was ever set. */
  readonly mode: Mode | undefined;
  readonly editable: boolean;
  readonly onChoose: (mode: Mode) => void;
  /** Undefined where there is none to take away. */
  readonly onRemove: (() => void) | undefined;
}

/** The ladder of one runbook for one client, with the step where it stands. */
export function ModeControl({ client, runbook, mode, editable, onChoose, onRemove }: ModeControlProps) {
  return (
    <div className={classes.mode}>
      <div>
        <div>{client}</div>
        {editable && onRemove !== undefined && (
          <Button
            size="compact-xs"
            variant="subtle"
            aria-label={`As all others: ${client}, ${runbook.title}`}
            onClick={onRemove}
          >
            As all others
          </Button>
        )}
      </div>
      {editable ? (
        <SegmentedControl<Mode | ''>
          size="xs"
          {...(mode === 'autonomous' ? { color: 'pine' } : {})}
          aria-label={`Mode of ${runbook.title} for ${client}`}
          value={mode ?? ''}
          onChange={(chosen) => {
            if (chosen !== '' && chosen !== mode) onChoose(chosen);
          }}
          data={ladder.map((step) => ({
            value: step,
            label: modeNames[step],
            disabled: step === 'autonomous' && runbook.class === 'L2',
          }))}
        />
      ) : (
        <strong>{mode === undefined ? 'Not set' : modeNames[mode]}</strong>
      )}
    </div>
  );
}
