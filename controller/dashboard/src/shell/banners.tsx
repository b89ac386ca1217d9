import { Button } from '@mantine/core';
import type { Fleet } from '@millwright/shared/api';
import { IconDatabaseExclamation, IconHandStop, IconPlugConnectedX } from '@tabler/icons-react';
import type { LiveState } from '../api/live-feed.ts';
import { Ago } from '../parts/moment.tsx';
import { sizeInWords } from '../words/size.ts';
import classes from './banners.module.css';

/** Says that what is on screen is no longer live. The region is always there, so that its words are read out. */
export function ConnectionBanner({ state }: { state: LiveState }) {
  return (
    <div role="status">
      {state === 'lost' && (
        <div className={classes.banner} data-tone="warning">
          <IconPlugConnectedX size={18} aria-hidden />
          <span>Connection to the controller lost. Trying again; what you see may be old.</span>
        </div>
      )}
    </div>
  );
}

/** Says, on every page, that nothing runs. */
export function KillSwitchBanner({
  standing,
  onChange,
}: {
  standing: Fleet['killSwitch'];
  onChange: (() => void) | undefined;
}) {
  return (
    <div role="status">
      {standing !== null && (
        <div className={classes.banner} data-tone="critical">
          <IconHandStop size={18} aria-hidden />
          <span>
            <strong>The kill switch is on.</strong> No endpoint runs anything. Monitoring goes on.{' '}
            {standing.by} turned it on <Ago at={standing.at} />: {standing.reason}
          </span>
          {onChange !== undefined && (
            <Button size="compact-sm" variant="white" color="dark" onClick={onChange}>
              Turn it off…
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

/** Says, on every page, that the controller's disk is filling up. */
export function StorageBanner({ storage }: { storage: Fleet['storage'] | undefined }) {
  return (
    <div role="status">
      {storage !== undefined && storage.room !== 'enough' && (
        <div className={classes.banner} data-tone={storage.room === 'little' ? 'warning' : 'critical'}>
          <IconDatabaseExclamation size={18} aria-hidden />
          <span>
            <strong>
              The controller&rsquo;s disk is {storage.room === 'little' ? 'nearly full' : 'full'}:{' '}
              {sizeInWords(storage.freeBytes)} of {sizeInWords(storage.totalBytes)} left.
            </strong>{' '}
            {storage.room === 'little'
              ? 'Free some space before nothing can be taken in any more.'
              : 'What endpoints tell may wait with them until there is room. Free some space now.'}
          </span>
        </div>
      )}
    </div>
  );
}
