import { Route, Routes } from 'react-router';
import { AlertsPage } from './alerts/alerts-page.tsx';
import { ApprovalsPage } from './approvals/approvals-page.tsx';
import { EndpointPage } from './endpoints/endpoint-page.tsx';
import { EndpointsPage } from './endpoints/endpoints-page.tsx';
import { FleetPage } from './fleet/fleet-page.tsx';
import { RunbooksPage } from './runbooks/runbooks-page.tsx';
import { Gate, SignInPage } from './session/gate.tsx';
import { NowherePage } from './shell/nowhere-page.tsx';
import { Shell } from './shell/shell.tsx';
import { TicketPage } from './tickets/ticket-page.tsx';
import { TicketsPage } from './tickets/tickets-page.tsx';

/** Every address of the dashboard. */
export function Pages() {
  return (
    <Routes>
      <Route path="sign-in" element={<SignInPage />} />
      <Route element={<Gate />}>
        <Route element={<Shell />}>
          <Route index element={<FleetPage />} />
          <Route path="approvals" element={<ApprovalsPage />} />
          <Route path="tickets" element={<TicketsPage />} />
          <Route path="tickets/:id" element={<TicketPage />} />
          <Route path="alerts" element={<AlertsPage />} />
          <Route path="endpoints" element={<EndpointsPage />} />
          <Route path="endpoints/:id" element={<EndpointPage />} />
          <Route path="runbooks" element={<RunbooksPage />} />
          <Route path="*" element={<NowherePage />} />
        </Route>
      </Route>
    </Routes>
  );
}
