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
  moduleNameMapper: {
    ...Object.fromEntries(
      Object.entries(compilerOptions.paths).map(([name, [path]]) => [
        `^${escape(name)}$`,
        `<rootDir>/${path.slice(2)}`,
      ]),
    ),
    // It exports itself to `import` alone, and specs are compiled to CommonJS.
    '^@octokit/webhooks-methods$': '<rootDir>/node_modules/@octokit/webhooks-methods/dist-node/index.js',
  },
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
  // Tests that start processes share two cores with everything else.
  testTimeout: 20_000,
  coverageProvider: 'v8',
  // Many specs wait for processes, locks and deadlines: of two cores, jest by itself would take one.
  maxWorkers: 3,
};
