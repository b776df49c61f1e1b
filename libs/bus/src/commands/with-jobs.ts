import type { Jobs } from '@trunkline/jobs';
import { ServiceRegistry } from '@trunkline/service';
import { type BusConfig } from '../config/bus-config';
import { loadPartialConfig } from '../config/partial-config';
import { createJobs } from '../assembly/create-jobs';
import { createBusLogger } from '../assembly/create-bus-logger';
import { mapJobStoreErrors } from '../assembly/stores/store-errors';

/** What has to be in order for that: secrets of channels and connections are for hosts alone. */
const REQUIRED_PARTS = ['bus.name', 'bus.log', 'bus.jobs'];

/**
 * Does something with the jobs of a configuration, beside a bus that may be running.
 *
 * @param parts - further ones of the configuration that it needs
 */
export async function withJobs<T>(
  directory: string,
  work: (jobs: Jobs, config: BusConfig) => Promise<T>,
  parts: readonly string[] = [],
): Promise<T> {
  const config = loadPartialConfig(directory, [...REQUIRED_PARTS, ...parts]);
  // stdout belongs to what was asked for.
  const jobs = createJobs(config, createBusLogger(config, process.stderr), new ServiceRegistry(), 'none');
  try {
    return await mapJobStoreErrors(config, () => work(jobs, config));
  } finally {
    await jobs.close();
  }
}
