import { BusService, Service } from 'trunkline';
import { startBus } from '../running-bus';

@BusService({ name: 'report' })
class Report extends Service {
  handle() {}
}

const CHANNELS = `
channels:
  rest:
    report: { method: POST, path: /report, service: report, async: true }
`;

describe('a bus that shuts down while its first job store is being created', () => {
  it('aborts the creation without an error line', async () => {
    const running = await startBus({ services: [Report], config: { 'channels.yaml': CHANNELS } });

    expect(await running.stop()).toBe(true);

    expect(running.readLog().filter(({ level }) => level === 'error' || level === 'warn')).toEqual([]);
  });
});
