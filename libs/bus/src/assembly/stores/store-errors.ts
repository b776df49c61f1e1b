import { ConfigurationError, type LoadedConfig } from '@trunkline/config';
import { JobStoreError } from '@trunkline/jobs';
import { StoreSetupError } from '@trunkline/store';
import type { BusConfig } from '../../config/bus-config';

/**
 * Opens a store, and reports a store that cannot be used as it is set up as a problem of the configuration, at its address.
 *
 * @param key - the key of the address: `bus.jobs.backend`
 * @throws {ConfigurationError} instead of an error of the store
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

/** Opens the job store like {@link mapStoreErrors}. An error of an embedded store is not mapped, since that store has no address. */
export function mapJobStoreErrors<T>({ bus, loaded }: BusConfig, open: () => Promise<T>): Promise<T> {
  return bus.jobs.backend === 'embedded' ? open() : mapStoreErrors(loaded, 'bus.jobs.backend', open);
}
