import { OutgoingRest, type PingReport } from '@trunkline/outgoing';
import { loggerOf } from '../logger-of';
import { loadConnectionsConfig } from './connections-config';
import { print, table } from './output';

interface PingCommandOptions {
  readonly config: string;
  /** One connection; all of them without it. */
  readonly name: string | undefined;
  readonly json?: boolean;
}

/** `trunkline ping [NAME]`: how the systems behind the bus are. Exit code 1 if one of them is down. */
export async function pingCommand({ config: directory, name, json = false }: PingCommandOptions): Promise<void> {
  const config = loadConnectionsConfig(directory);
  const { outgoing, security } = config;
  const rest = new OutgoingRest({ outgoing, security: security.credentials, logger: loggerOf(config, process.stderr) });
  try {
    const names = name === undefined ? rest.names() : [name];
    const reports = await Promise.all(names.map((each) => rest.ping(each)));
    print(json ? JSON.stringify(reports) : tableOf(reports));
    if (reports.some(({ state }) => state === 'down')) process.exitCode = 1;
  } finally {
    await rest.close();
  }
}

function tableOf(reports: readonly PingReport[]): string {
  return table([
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
