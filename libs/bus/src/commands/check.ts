import { ConfigurationError } from '@trunkline/config';
import { type BusConfig, loadBusConfig } from '../config/bus-config';
import { findExampleProblems } from '../assembly/channels/channel-examples';
import { createDeclaredRegistry } from '../assembly/services/create-declared-registry';
import { print } from './output';

interface CheckOptions {
  /** The config directory. */
  readonly config: string;
  readonly json?: boolean;
}

/** `trunkline check`: every problem of the configuration at once, or that there is none. */
export async function checkConfig({ config, json = false }: CheckOptions): Promise<void> {
  try {
    const checked = loadBusConfig({ directory: config, otherServices: [] });
    await assertExamplesFit(checked);
    const { loaded, services } = checked;
    const found = { files: loaded.files, services: services.length, problems: [] };
    print(
      json
        ? JSON.stringify(found)
        : `${formatCount(loaded.files.length, 'file')}, ${formatCount(services.length, 'service')}: no problems`,
    );
  } catch (thrown) {
    if (!json || !(thrown instanceof ConfigurationError)) throw thrown;
    print(JSON.stringify({ problems: thrown.problems }));
    process.exitCode = thrown.exitCode;
  }
}

/** Services are read only where there are examples to hold against them. */
async function assertExamplesFit(config: BusConfig): Promise<void> {
  if (Object.values(config.channels.rest).every(({ examples }) => examples === undefined)) return;
  const problems = await findExampleProblems(config, createDeclaredRegistry(config));
  if (problems.length > 0) throw new ConfigurationError(problems);
}

function formatCount(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
