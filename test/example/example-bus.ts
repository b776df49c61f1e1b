import { PassThrough } from 'node:stream';
import { startUpstreams, type Upstreams } from '@trunkline-example/upstreams';
import { Bus } from 'trunkline';
import { createJobsDirectory } from '../jobs/jobs-directory';
import { registerOpenApiDocument } from '../documents/openapi-response-validator';

/** The example bus and its simulated upstream systems, on free ports. */
export interface ExampleBus {
  readonly url: string;
  readonly systems: Upstreams['systems'];
  readonly reset: () => void;
  readonly stop: () => Promise<void>;
}

/** Starts the example like `npm start`, but on free ports. */
export async function startExampleBus(): Promise<ExampleBus> {
  const upstreams = await startUpstreams({ ports: 'ephemeral' });
  const settings = { LOG_LEVEL: 'error', JOBS_DIRECTORY: await createJobsDirectory() };
  Object.assign(process.env, upstreams.environment(), settings);
  const bus = await Bus.create({ config: 'config', port: 0, logDestination: new PassThrough().resume() });
  await bus.listen();
  await registerOpenApiDocument(bus.url);
  return {
    url: bus.url,
    systems: upstreams.systems,
    reset: () => upstreams.reset(),
    stop: async () => {
      await bus.stop();
      await upstreams.close();
    },
  };
}
