import { Button, Group, Modal, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './confirm.module.css';
import { Failed } from './failed.tsx';

interface ConfirmProps {
  readonly opened: boolean;
  readonly title: string;
  readonly children: ReactNode;
  /** What the button does, as a verb. */
  readonly verb: string;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  readonly busy: boolean;
  readonly error: Error | null;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
}

/** Asks once more before something is done that others will feel. */
export function Confirm({
  opened,
  title,
  children,
  verb,
  danger,
  disabled,
  busy,
  error,
  onConfirm,
  onCancel,
}: ConfirmProps) {
  return (
    <Modal.Root opened={opened} onClose={onCancel} centered>
      <Modal.Overlay />
      <Modal.Content>
        <Modal.Body pt="lg">
          {/* The library's own header of a dialog would be a second banner of the page. */}
          <Modal.Title className={classes.title ?? ''}>{title}</Modal.Title>
          <form
            onSubmit={(event) => {
              event.preventDefault();
              onConfirm();
            }}
          >
            <Stack gap="md">
              {children}
              {error !== null && <Failed error={error} />}
              <Group justify="flex-end" gap="sm">
                <Button variant="default" onClick={onCancel}>
                  Cancel
                </Button>
                <Button
                  type="submit"
                  {...(danger === true ? { color: 'red.8' } : {})}
                  loading={busy}
                  disabled={disabled === true}
                >
                  {verb}
                </Button>
              </Group>
            </Stack>
          </form>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
