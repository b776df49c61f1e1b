const { compilerOptions } = require('./tsconfig.base.json');
const esmPackages = require('./tools/jest/esm-packages.cjs');

const swc = (syntax) => [
  '@swc/jest',
  {
    swcrc: false,
    jsc: {
      parser: { syntax, decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: true },
      target: 'es2022',
      keepClassNames: true,
    },
    module: { type: 'commonjs' },
  },
];
const escape = (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
const esm = esmPackages(__dirname).map(escape).join('|');
const project = {
  rootDir: __dirname,
  testEnvironment: 'node',
  runtime: '<rootDir>/tools/jest/compiled-once-runtime.cjs',
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json'],
  moduleNameMapper: Object.fromEntries(
    Object.entries(compilerOptions.paths).map(([name, [path]]) => [`^${escape(name)}$`, `<rootDir>/${path.slice(2)}`]),
  ),
  transform: { '^.+\\.ts$': swc('typescript'), '^.+\\.m?js$': swc('ecmascript') },
  transformIgnorePatterns: [`/node_modules/(?!(?:${esm})/)`, '<rootDir>/(?:apps|libs)/[^/]+/dist/'],
  modulePathIgnorePatterns: ['<rootDir>/.trunkline/'],
};

module.exports = {
  reporters: ['default', '<rootDir>/tools/jest/closing-line-reporter.cjs'],
  projects: [
    {
      ...project,
      displayName: 'unit',
      testMatch: ['<rootDir>/{apps,libs}/*/src/**/*.spec.ts', '<rootDir>/bench/**/*.spec.mjs'],
    },
    { ...project, displayName: 'bus', testMatch: ['<rootDir>/test/**/*.spec.ts'] },
  ],
  // The end of a test that hangs, and no expectation: on a busy machine, starting a bus or a server may take half a minute.
  testTimeout: 60_000,
  coverageProvider: 'v8',
  // Many specs wait for processes, locks and deadlines: of two cores, jest by itself would take one.
  maxWorkers: 3,
};
