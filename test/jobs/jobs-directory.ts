import { copyTemplateDirectory, TestBus } from '@trunkline/testing';
import { BusService, Service } from 'trunkline';

@BusService({ name: 'work' })
class Work extends Service {
  handle() {}
}

/** Creates a directory with an empty embedded store of jobs, in less time than a bus takes for a new one. */
export function createJobsDirectory(): Promise<string> {
  return copyTemplateDirectory('trunkline-jobs-0.5.16-6.7.0', async (directory) => {
    const config = {
      'bus.yaml': `bus: { jobs: { directory: '${directory}' } }`,
      'channels.yaml': 'channels: { rest: { work: { method: POST, path: /work, service: work, async: true } } }',
    };
    const bus = await TestBus.create({ config, services: [Work] });
    await bus.stop();
  });
}
