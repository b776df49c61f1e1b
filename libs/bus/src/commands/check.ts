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

/** Runs `trunkline check`: prints every problem of the configuration, or that it has none. */
export async function checkConfig({ config, json = false }: CheckOptions): Promise<void> {
  try {
    const checked = loadBusConfig({ directory: config, otherServices: [] });
    await assertExamplesFit(checked);
    const { loaded, services } = checked;
    const result = { files: loaded.files, services: services.length, problems: [] };
    print(
      json
        ? JSON.stringify(result)
        : `${formatCount(loaded.files.length, 'file')}, ${formatCount(services.length, 'service')}: no problems`,
    );
  } catch (thrown) {
    if (!json || !(thrown instanceof ConfigurationError)) throw thrown;
    print(JSON.stringify({ problems: thrown.problems }));
    process.exitCode = thrown.exitCode;
  }
}

/** Checks examples of channels. Services are registered only if there are any. */
async function assertExamplesFit(config: BusConfig): Promise<void> {
  if (config.channels.every(({ options }) => options.examples === undefined)) return;
  const problems = await findExampleProblems(config, createDeclaredRegistry(config));
  if (problems.length > 0) throw new ConfigurationError(problems);
}

function formatCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
