import { dashboardBuilt } from '../../api/index.ts';
import { dashboardDir } from '../../installation/index.ts';
import { type Check, ok, warning } from '../finding.ts';

/** The dashboard was built, so that people see more than the API. */
export const dashboard: Check = {
  name: 'dashboard',
  async examine() {
    return [
      dashboardBuilt(dashboardDir)
        ? ok('built')
        : warning(`not built (no page in ${dashboardDir})`, 'run: npx vite build controller/dashboard'),
    ];
  },
};
