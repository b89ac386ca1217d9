import { Button, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useEffect, useRef, useState } from 'react';
import { useSignIn } from '../api/changes.ts';
import { Failed } from '../parts/failed.tsx';
import { Wordmark } from '../shell/wordmark.tsx';
import classes from './gate.module.css';
import { takeLinkCode } from './link-code.ts';

/** Signs in by name and password, or by the one-time link that brought the reader here. */
export function SignInForm() {
  useDocumentTitle('Sign in · Millwright');
  const signIn = useSignIn();
  const tried = useRef(false);
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');

  const { mutate } = signIn;
  useEffect(() => {
    // A code counts once: an effect that runs twice must not use it twice.
    if (tried.current) return;
    tried.current = true;
    const code = takeLinkCode(window.location, window.history);
    if (code !== undefined) mutate({ by: 'link', code });
  }, [mutate]);

  return (
    <main className={classes.alone}>
      <Paper p="xl" withBorder>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            signIn.mutate({ by: 'password', name, password });
          }}
        >
          <Stack gap="md">
            <Wordmark />
            <Title order={1}>Sign in</Title>
            <TextInput
              label="Name"
              name="username"
              autoComplete="username"
              required
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <PasswordInput
              label="Password"
              name="password"
              autoComplete="current-password"
              required
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
              visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
            />
            {signIn.isError && <Failed error={signIn.error} />}
            <Button type="submit" fullWidth loading={signIn.isPending}>
              Sign in
            </Button>
            <Text size="sm" c="dimmed">
              A one-time link signs you in without a password: the controller prints one when it is set up.
            </Text>
          </Stack>
        </form>
      </Paper>
    </main>
  );
}
