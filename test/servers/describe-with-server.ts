import { findBinary } from './find-binary';

const BINARIES = {
  redis: 'redis-server',
  postgres: 'initdb',
  pgbouncer: 'pgbouncer',
  chromium: 'chromium',
  nginx: 'nginx',
} as const;

/** A server that tests start themselves. */
export type ServerName = keyof typeof BINARIES;

/** Is there such a server on this machine? */
export function hasServer(server: ServerName): boolean {
  return findBinary(BINARIES[server]) !== undefined;
}

/** A block of tests that need a server; where the machine has none, they are skipped under a name that says why. */
export function describeWithServer(server: ServerName, name: string, tests: () => void): void {
  if (hasServer(server)) describe(name, tests);
  else describe.skip(`${name} (skipped: there is no ${BINARIES[server]} on the PATH)`, tests);
}
