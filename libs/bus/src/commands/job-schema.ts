import { generateJobSchemaSql } from '@trunkline/jobs';
import { loadPartialConfig } from '../config/partial-config';
import { print } from './output';

/** Runs `trunkline jobs schema`: prints the SQL that creates the job tables in the schema `bus.jobs.schema`. */
export async function showJobSchema({ config }: { readonly config: string }): Promise<void> {
  const { bus } = loadPartialConfig(config, ['bus.jobs.schema']);
  print(await generateJobSchemaSql(bus.jobs.schema));
}
