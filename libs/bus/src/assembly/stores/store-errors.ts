import { ConfigurationError, type LoadedConfig } from '@trunkline/config';
import { JobStoreError } from '@trunkline/jobs';
import { StoreSetupError } from '@trunkline/store';
import type { BusConfig } from '../../config/bus-config';

/**
 * Opens a store. One that cannot be used as it is configured is a problem of the configuration, at the place of its address.
 *
 * @param key - where the address is: `bus.jobs.backend`
 * @throws {ConfigurationError} in place of an error of the store
 */
export async function mapStoreErrors<T>(
  loaded: LoadedConfig,
  key: 'bus.jobs.backend' | 'bus.stores.redis',
  open: () => Promise<T>,
): Promise<T> {
  try {
    return await open();
  } catch (thrown) {
    if (!(thrown instanceof JobStoreError || thrown instanceof StoreSetupError)) throw thrown;
    throw new ConfigurationError([loaded.createProblem(key.split('.'), thrown.message)]);
  }
}

/** As {@link mapStoreErrors}, for the store of jobs. What is wrong with an embedded one is not its address. */
export function mapJobStoreErrors<T>({ bus, loaded }: BusConfig, open: () => Promise<T>): Promise<T> {
  return bus.jobs.backend === 'embedded' ? open() : mapStoreErrors(loaded, 'bus.jobs.backend', open);
}
