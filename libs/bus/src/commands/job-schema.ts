import { printJobSchema } from '@trunkline/jobs';
import { loadBusConfig } from '../bus-config';
import { print } from './output';

/** `trunkline jobs schema`: the statements that make the tables of jobs in the schema of `bus.jobs.schema`. */
export async function jobSchemaCommand({ config }: { readonly config: string }): Promise<void> {
  const { bus } = loadBusConfig({ directory: config, otherServices: [] });
  print(await printJobSchema(bus.jobs.schema));
}
