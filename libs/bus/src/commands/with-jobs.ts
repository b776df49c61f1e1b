import type { Jobs } from '@trunkline/jobs';
import { ServiceRegistry } from '@trunkline/service';
import { type BusConfig } from '../config/bus-config';
import { loadPartialConfig } from '../config/partial-config';
import { createJobs } from '../assembly/create-jobs';
import { createBusLogger } from '../assembly/create-bus-logger';
import { mapJobStoreErrors } from '../assembly/stores/store-errors';

/** Parts of the configuration that every command about jobs needs. Secrets of channels and connections may be missing. */
const REQUIRED_PARTS = ['bus.name', 'bus.log', 'bus.jobs'];

/**
 * Runs work on the jobs of a configuration, while a bus may be running.
 *
 * @param parts - further parts of the configuration that the work needs
 */
export async function withJobs<T>(
  directory: string,
  work: (jobs: Jobs, config: BusConfig) => Promise<T>,
  parts: readonly string[] = [],
): Promise<T> {
  const config = loadPartialConfig(directory, [...REQUIRED_PARTS, ...parts]);
  // stdout is for the result alone.
  const jobs = createJobs(config, createBusLogger(config, process.stderr), new ServiceRegistry(), 'none');
  try {
    return await mapJobStoreErrors(config, () => work(jobs, config));
  } finally {
    await jobs.close();
  }
}
