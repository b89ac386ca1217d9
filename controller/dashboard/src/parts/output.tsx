import { ScrollArea } from '@mantine/core';
import classes from './output.module.css';

/** Text as it came (a script, what it printed): always text, in its own scrolling box that the keyboard reaches. */
export function Output({ label, children }: { label: string; children: string }) {
  return (
    <ScrollArea.Autosize
      mah={320}
      className={classes.box}
      type="auto"
      viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': label }}
    >
      <pre className={classes.text}>{children}</pre>
    </ScrollArea.Autosize>
  );
}
