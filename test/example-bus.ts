import { startUpstreams, type Upstreams } from '@trunkline-example/upstreams';
import { Bus } from 'trunkline';
import { embeddedDirectory } from '../libs/jobs/src/backend/embedded/embedded-directory.fixture';
import { holdToDescription } from './documented-answers';

/** The example bus on a free port, with its simulated systems on free ports behind it. */
export interface ExampleBus {
  readonly url: string;
  readonly systems: Upstreams['systems'];
  readonly startOver: () => void;
  readonly stop: () => Promise<void>;
}

/** Starts the example as `npm start` does, but on ports of its own. */
export async function startExample(): Promise<ExampleBus> {
  const upstreams = await startUpstreams({ ports: 'ephemeral' });
  const ours = { LOG_LEVEL: 'error', JOBS_DIRECTORY: await embeddedDirectory() };
  Object.assign(process.env, upstreams.environment(), ours);
  const bus = await Bus.create({ config: 'config', port: 0 });
  await bus.listen();
  await holdToDescription(bus.url);
  return {
    url: bus.url,
    systems: upstreams.systems,
    startOver: () => upstreams.startOver(),
    stop: async () => {
      await bus.stop();
      await upstreams.close();
    },
  };
}
