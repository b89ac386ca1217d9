import { fileURLToPath } from 'node:url';

const at = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** The checkout's root. */
export const repository: string = at('../..');
/** Where `npm run build:agent` and `npm run build:deb` put what they make. */
export const agentExecutable: string = at('../../dist/agent/millwright-agent-linux-x64');
export const debFolder: string = at('../../dist/deb');
