import { startUpstreams, type Upstreams } from '@trunkline-example/upstreams';
import { Bus } from 'trunkline';

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
  Object.assign(process.env, upstreams.environment(), { LOG_LEVEL: 'error' });
  const bus = await Bus.create({ config: 'config', port: 0 });
  await bus.listen();
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
