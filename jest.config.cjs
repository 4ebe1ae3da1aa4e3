const esmOnly = ['ky', 'p-queue', 'p-timeout', 'eventemitter3'];

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  // Most tests wait for clouds and timers: more at once than cores, or it takes twice as long.
  maxWorkers: 4,
  // Whole rollouts run in some tests; what is quicker says so itself.
  testTimeout: 120_000,
  transform: {
    '^.+\\.[tj]s$': [
      '@swc/jest',
      {
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
        module: { type: 'commonjs' },
      },
    ],
  },
  // Jest cannot require() ES modules on Node 20, so the transformer must touch these packages.
  transformIgnorePatterns: [`/node_modules/(?!(${esmOnly.join('|')})/)`],
};
