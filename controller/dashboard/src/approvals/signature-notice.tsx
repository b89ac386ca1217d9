import { Button, Code, CopyButton, Group, Text } from '@mantine/core';
import type { Approval } from '@millwright/shared/api';
import { counted } from '../words/size.ts';
import classes from './signature-notice.module.css';

/** Says that a yes on this page is not enough, and what is. */
export function SignatureNotice({ approval }: { approval: Approval }) {
  const { signaturesNeeded, signedBy } = approval;
  const command = `millwright approve ${approval.remediation} --url ${window.location.origin} --key FILE`;
  return (
    <div className={classes.notice}>
      <Text size="sm" fw={500}>
        {signedBy.length === 0
          ? `Needs ${counted(signaturesNeeded, "technician's signature", "technicians' signatures")}`
          : `${signedBy.length} of ${signedBy.length + signaturesNeeded} signed: ${signedBy.join(', ')}`}
      </Text>
      <Text size="sm" mb="xs">
        On your own machine, with your own key (FILE). It shows what it signs before it signs; this page
        cannot sign for you.
      </Text>
      <Group gap="sm">
        <Code className={classes.command ?? ''}>{command}</Code>
        <CopyButton value={command}>
          {({ copied, copy }) => (
            <Button size="compact-sm" variant="default" onClick={copy}>
              {copied ? 'Copied' : 'Copy'}
            </Button>
          )}
        </CopyButton>
      </Group>
    </div>
  );
}
