import { type PingReport } from '@trunkline/outgoing';
import { createBusLogger } from '../assembly/create-bus-logger';
import { createOutgoing } from '../assembly/create-outgoing';
import { loadConnectionsConfig } from './connections-config';
import { print, formatTable } from './output';

interface PingOptions {
  readonly config: string;
  /** Name of a connection. Default: all connections. */
  readonly name: string | undefined;
  readonly json?: boolean;
}

/** Runs `trunkline ping [NAME]`: pings upstreams and prints their state. Exit code 1 if one is down. */
export async function pingConnections({ config: directory, name, json = false }: PingOptions): Promise<void> {
  const config = loadConnectionsConfig(directory);
  const rest = createOutgoing(config, createBusLogger(config, process.stderr));
  try {
    const names = name === undefined ? rest.names() : [name];
    const reports = await Promise.all(names.map((each) => rest.ping(each)));
    print(json ? JSON.stringify(reports) : formatReports(reports));
    if (reports.some(({ state }) => state === 'down')) process.exitCode = 1;
  } finally {
    await rest.close();
  }
}

function formatReports(reports: readonly PingReport[]): string {
  return formatTable([
    ['CONNECTION', 'STATE', 'STATUS', 'MS', 'CODE'],
    ...reports.map(({ connection, state, status = '', ms = '', code = '' }) => [
      connection,
      state === 'unknown' ? 'no ping' : state,
      String(status),
      String(ms),
      code,
    ]),
  ]);
}
