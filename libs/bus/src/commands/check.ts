import { ConfigurationError } from '@trunkline/config';
import { loadBusConfig } from '../bus-config';
import { print } from './output';

/** `trunkline check`: every problem of the configuration at once, or that there is none. */
export function checkCommand({ config, json = false }: { readonly config: string; readonly json?: boolean }): void {
  try {
    const { loaded, services } = loadBusConfig({ directory: config, otherServices: [] });
    const found = { files: loaded.files, services: services.length, problems: [] };
    print(
      json
        ? JSON.stringify(found)
        : `${counted(loaded.files.length, 'file')}, ${counted(services.length, 'service')}: no problems`,
    );
  } catch (thrown) {
    if (!json || !(thrown instanceof ConfigurationError)) throw thrown;
    print(JSON.stringify({ problems: thrown.problems }));
    process.exitCode = thrown.exitCode;
  }
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
