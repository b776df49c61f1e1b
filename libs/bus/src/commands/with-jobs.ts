import type { Jobs } from '@trunkline/jobs';
import { ServiceRegistry } from '@trunkline/service';
import { type BusConfig, loadPartsOfConfig } from '../bus-config';
import { jobsOf } from '../jobs-of';
import { loggerOf } from '../logger-of';
import { openJobs } from '../store-problem';

/** What has to be in order for that: secrets of channels and connections are for hosts alone. */
const NEEDED = ['bus.name', 'bus.log', 'bus.jobs'];

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
  const config = loadPartsOfConfig(directory, [...NEEDED, ...parts]);
  // stdout belongs to what was asked for.
  const jobs = jobsOf(config, loggerOf(config, process.stderr), new ServiceRegistry(), 'none');
  try {
    return await openJobs(config, () => work(jobs, config));
  } finally {
    await jobs.close();
  }
}
