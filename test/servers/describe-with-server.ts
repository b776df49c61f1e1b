import { findBinary } from './find-binary';

const BINARIES = {
  redis: 'redis-server',
  postgres: 'initdb',
  pgbouncer: 'pgbouncer',
  chromium: 'chromium',
  nginx: 'nginx',
} as const;

/** A server that tests can start. */
export type ServerName = keyof typeof BINARIES;

/** Checks whether the server is installed. */
export function hasServer(server: ServerName): boolean {
  return findBinary(BINARIES[server]) !== undefined;
}

/** Describes tests that need a server. If it is not installed, they are skipped, with the reason in their name. */
export function describeWithServer(server: ServerName, name: string, tests: () => void): void {
  if (hasServer(server)) describe(name, tests);
  else describe.skip(`${name} (skipped: ${BINARIES[server]} is not on the PATH)`, tests);
}
