import { Center, Loader, VisuallyHidden } from '@mantine/core';
import { useEffect } from 'react';
import { Outlet, useNavigate } from 'react-router';
import { isSignedOut } from '../api/failure.ts';
import { useMeQuery } from '../api/queries.ts';
import { Failed } from '../parts/failed.tsx';
import classes from './gate.module.css';
import { MeProvider } from './me.ts';
import { SignInForm } from './sign-in-form.tsx';

/** Everything behind it is for who is signed in; everyone else signs in first, and stays at the address they came for. */
export function Gate() {
  const me = useMeQuery();
  if (me.data !== undefined && !isSignedOut(me.error)) {
    return (
      <MeProvider value={me.data}>
        <Outlet />
      </MeProvider>
    );
  }
  if (isSignedOut(me.error)) return <SignInForm />;
  if (me.isError) {
    return (
      <main className={classes.alone}>
        <Failed error={me.error} onRetry={() => void me.refetch()} />
      </main>
    );
  }
  return (
    <Center component="main" mih="100dvh">
      <VisuallyHidden component="h1">Millwright</VisuallyHidden>
      <Loader aria-label="Loading" role="status" />
    </Center>
  );
}

/** The address of a one-time link: signs in by its code, then goes to the start. */
export function SignInPage() {
  const me = useMeQuery();
  const navigate = useNavigate();
  const signedIn = me.data !== undefined && !isSignedOut(me.error);
  useEffect(() => {
    if (signedIn) void navigate('/', { replace: true });
  }, [signedIn, navigate]);
  return signedIn ? null : <SignInForm />;
}
