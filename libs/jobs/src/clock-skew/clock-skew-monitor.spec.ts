import { describeWithServer } from '../../../../test/servers/describe-with-server';
import { PostgresServer } from '../../../../test/servers/postgres-server';
import { RedisServer } from '../../../../test/servers/redis-server';
import { retryUntilSuccess } from '../backend/retry-until-success.fixture';
import { RecordingLogger } from '@trunkline/testing';
import { ClockSkewMonitor } from './clock-skew-monitor';
import { jobsConfig } from '../configuration/jobs-config';
import { JobStore } from '../queues/job-store';

const SERVERS = { redis: RedisServer, postgres: PostgresServer } as const;
const WARNING = expect.stringMatching(/^warn: the clocks of this host and of the job store differ/);

describe.each(['redis', 'postgres'] as const)('a difference between the clocks of a host and of its store', (kind) => {
  describeWithServer(kind, `in ${kind}`, () => {
    let server: { readonly url: string; stop(): Promise<void> };
    let store: JobStore;
    beforeAll(async () => {
      server = await SERVERS[kind].start();
      const config = jobsConfig.parse({ backend: server.url });
      store = new JobStore({ bus: 'b', config, backend: { ...config, logger: new RecordingLogger() } });
    }, 60_000);
    afterAll(async () => {
      await store.close();
      await server.stop();
    });

    it('is warned of once when it is ahead or behind, and reported when it agrees again', async () => {
      const logger = new RecordingLogger();
      let skewMs = 90_000;
      const monitor = new ClockSkewMonitor({ store, logger, nowMs: () => Date.now() + skewMs });

      await retryUntilSuccess(() => monitor.measure());
      await retryUntilSuccess(() => monitor.measure());
      skewMs = 0;
      await retryUntilSuccess(() => monitor.measure());
      skewMs = -90_000;
      await retryUntilSuccess(() => monitor.measure());

      expect(logger.lines).toEqual([WARNING, 'info: the clocks of this host and of the job store agree', WARNING]);
    });
  });
});
