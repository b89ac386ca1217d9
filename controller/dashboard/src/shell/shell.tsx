import { AppShell, Burger } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import { Link, Outlet, useLocation } from 'react-router';
import { useFleet } from '../api/queries.ts';
import { mayAct, mayGovern, useMe } from '../session/me.ts';
import { Account } from './account.tsx';
import { ConnectionBanner, KillSwitchBanner, StorageBanner } from './banners.tsx';
import { Boundary } from './boundary.tsx';
import { KillSwitchDialog } from './kill-switch-dialog.tsx';
import { LiveSign } from './live-sign.tsx';
import { useLiveFeed } from './live-state.tsx';
import { Navigation } from './navigation.tsx';
import classes from './shell.module.css';
import { Wordmark } from './wordmark.tsx';

/** What every page stands in: the way around, who is signed in, and what everybody must know. */
export function Shell() {
  const me = useMe();
  const live = useLiveFeed();
  const fleet = useFleet();
  const [menu, { toggle, close }] = useDisclosure(false);
  const [asking, dialog] = useDisclosure(false);
  const { pathname } = useLocation();
  const main = useFocusOnArrival(pathname);
  const standing = fleet.data?.killSwitch ?? null;
  const on = standing !== null;
  // Whoever may act may stop everything; only an owner lets it run again.
  const mayTurn = on ? mayGovern(me) : mayAct(me);
  const ask = mayTurn && fleet.data !== undefined ? dialog.open : undefined;

  return (
    <AppShell
      layout="alt"
      header={{ height: 52 }}
      navbar={{ width: 216, breakpoint: 'sm', collapsed: { mobile: !menu } }}
      padding={0}
      classNames={{ header: classes.header ?? '', navbar: classes.navbar ?? '', main: classes.main ?? '' }}
    >
      <AppShell.Header>
        <a className={classes.skip} href="#content">
          Skip to the content
        </a>
        <Burger
          opened={menu}
          onClick={toggle}
          hiddenFrom="sm"
          size="sm"
          aria-label={menu ? 'Close the menu' : 'Open the menu'}
        />
        <Link to="/" className={classes.home} data-mobile>
          <Wordmark />
        </Link>
        <span className={classes.space} />
        <LiveSign state={live} />
        <Account />
      </AppShell.Header>
      <AppShell.Navbar aria-label="Main">
        <div className={classes.brand}>
          <Link to="/" className={classes.home} onClick={close}>
            <Wordmark />
          </Link>
          <Burger opened={menu} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Close the menu" />
        </div>
        <Navigation fleet={fleet.data} onLeave={close} onKillSwitch={on ? undefined : ask} />
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} ref={main}>
        <KillSwitchBanner standing={standing} onChange={ask} />
        <StorageBanner storage={fleet.data?.storage} />
        <ConnectionBanner state={live} />
        <div className={classes.content}>
          <Boundary key={pathname}>
            <Outlet />
          </Boundary>
        </div>
      </AppShell.Main>
      <KillSwitchDialog on={on} opened={asking} onClose={dialog.close} />
    </AppShell>
  );
}

/** A new page begins at its top, for the eye and for the keyboard. */
function useFocusOnArrival(pathname: string) {
  const main = useRef<HTMLElement>(null);
  const before = useRef(pathname);
  useEffect(() => {
    if (before.current === pathname) return;
    before.current = pathname;
    window.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [pathname]);
  return main;
}
