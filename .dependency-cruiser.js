// Who may import whom. `npm run check` runs this; .ci/cruised.ts fails if nothing was looked at.

const code = '^(agent|controller|shared|installers)/';

export default {
  forbidden: [
    {
      name: 'agent-and-controller-apart',
      comment: 'They meet on the wire only. What both need belongs in shared/.',
      severity: 'error',
      from: { path: '^(agent|controller)/' },
      to: { path: '^(agent|controller)/', pathNot: '^$1/' },
    },
    {
      name: 'shared-stands-alone',
      comment: 'shared/ is below everything else.',
      severity: 'error',
      from: { path: '^shared/' },
      to: { path: '^(agent|controller|installers)/' },
    },
    {
      name: 'shared-is-pure',
      comment: 'No files, sockets, processes or timers in shared/src: of Node, only crypto and buffer.',
      severity: 'error',
      from: { path: '^shared/src/' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto|buffer)$' },
    },
    {
      name: 'shared-uses-two-packages',
      comment: 'Both sides carry what shared/src imports, the agent on every endpoint.',
      severity: 'error',
      from: { path: '^shared/src/' },
      to: { path: 'node_modules/', pathNot: 'node_modules/(zod|@sigstore/core)/' },
    },
    {
      name: 'dashboard-takes-only-types',
      comment: 'The page shares types with the server, and no code.',
      severity: 'error',
      from: { path: '^controller/dashboard/' },
      to: { path: '^shared/', dependencyTypesNot: ['type-only', 'type-import'] },
    },
    {
      name: 'dashboard-keeps-to-itself',
      comment: 'The page imports itself, npm packages and types from shared/.',
      severity: 'error',
      from: { path: '^controller/dashboard/' },
      to: { path: code, pathNot: '^(controller/dashboard|shared)/' },
    },
    {
      name: 'dashboard-is-no-module-of-the-controller',
      comment: 'The controller serves the built page; it does not import it.',
      severity: 'error',
      from: { path: code, pathNot: '^controller/(dashboard|test)/' },
      to: { path: '^controller/dashboard/' },
    },
    {
      name: 'no-test-in-src',
      severity: 'error',
      from: { path: '/src/' },
      to: { path: `${code}(dashboard/)?test/` },
    },
    {
      name: 'no-cycle',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphan',
      comment: 'Nobody imports it and it imports nobody: is it used?',
      severity: 'error',
      from: { orphan: true, pathNot: '\\.d\\.ts$' },
      to: {},
    },
    {
      name: 'no-unresolved',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    parser: 'swc', // the only parser of the three that reads TypeScript 7 projects
    doNotFollow: { path: 'node_modules' },
    // installers/bench and installers/test speak `using`, which no parser here reads; they may import whatever they like.
    exclude: {
      path: '^(agent|controller|controller/dashboard|shared|installers)/(dist|coverage)/|^installers/(bench|test)/',
    },
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['node', 'import', 'require', 'default'],
    },
  },
};
