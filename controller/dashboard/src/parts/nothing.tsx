import { Text } from '@mantine/core';
import { IconCircleCheck, type TablerIcon } from '@tabler/icons-react';
import classes from './nothing.module.css';

/** An empty list, said plainly. */
export function Nothing({ children, icon: Icon = IconCircleCheck }: { children: string; icon?: TablerIcon }) {
  return (
    <div className={classes.nothing}>
      <Icon size={22} stroke={1.6} aria-hidden />
      <Text size="sm">{children}</Text>
    </div>
  );
}
