import { Button } from '@mantine/core';
import { IconHandStop, IconPlugConnectedX } from '@tabler/icons-react';
import type { LiveState } from '../api/live-feed.ts';
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
export function KillSwitchBanner({ on, onChange }: { on: boolean; onChange: (() => void) | undefined }) {
  return (
    <div role="status">
      {on && (
        <div className={classes.banner} data-tone="critical">
          <IconHandStop size={18} aria-hidden />
          <span>
            <strong>The kill switch is on.</strong> No endpoint runs anything. Monitoring goes on.
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
