// The floors of the house: imports between rooms go down only, and through the door of a room.
const FLOORS = [
  ['failures', 'time'],
  ['config', 'telemetry'],
  ['resilience', 'security', 'store'],
  ['http-server'],
  ['service'],
  ['channels', 'outgoing', 'jobs'],
  ['bus'],
];
const room = (names) => `^libs/(?:${names.join('|')})/`;
const upwards = FLOORS.slice(0, -1).map((floor, level) => ({
  name: `floor-${level}-imports-down`,
  severity: 'error',
  from: { path: room(floor) },
  to: { path: room(FLOORS.slice(level + 1).flat()) },
}));
const sideways = FLOORS.flat().map((name) => ({
  name: `${name}-imports-no-neighbour`,
  severity: 'error',
  from: { path: `^libs/${name}/` },
  to: {
    path: room(
      FLOORS.find((floor) => floor.includes(name))
        .filter((other) => other !== name)
        .concat('-'),
    ),
  },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    ...upwards,
    ...sideways,
    {
      name: 'http-knows-no-kind',
      severity: 'error',
      from: { path: '^libs/outgoing/src/http/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^libs/outgoing/src/(?:rest/|kinds|section)' },
    },
    {
      name: 'rooms-have-one-door',
      severity: 'error',
      from: { path: '^(?:libs|apps)/([^/]+)/' },
      to: { path: '^libs/([^/]+)/src/', pathNot: ['^libs/[^/]+/src/index\\.ts$', '^libs/$1/', '\\.fixture\\.ts$'] },
    },
    {
      // It may use all rooms, and the specs of all rooms may use it.
      name: 'testing-is-for-specs',
      severity: 'error',
      from: { path: '^(?:libs|apps)/', pathNot: '^libs/testing/|\\.(?:spec|types-spec|fixture)\\.ts$' },
      to: { path: '^libs/testing/' },
    },
    {
      name: 'fixtures-are-for-specs',
      severity: 'error',
      from: { pathNot: '\\.(?:spec|types-spec|fixture)\\.ts$' },
      to: { path: '\\.fixture\\.ts$' },
    },
    {
      name: 'host-is-a-user',
      severity: 'error',
      from: { path: '^apps/host/' },
      to: { path: '^libs/', pathNot: '^libs/bus/' },
    },
    {
      name: 'upstreams-use-node-only',
      severity: 'error',
      from: { path: '^apps/upstreams/src', pathNot: '\\.spec\\.ts$' },
      to: { dependencyTypesNot: ['core', 'local'] },
    },
    {
      name: 'ground-floor-uses-node-only',
      severity: 'error',
      from: { path: '^libs/(?:failures|time)/src', pathNot: '\\.spec\\.ts$' },
      to: { dependencyTypesNot: ['core', 'local', 'type-only'] },
    },
    { name: 'nothing-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: ['node_modules', 'dist'] },
    exclude: { path: ['/dist/', 'node_modules'] },
    tsConfig: { fileName: 'tsconfig.check.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
