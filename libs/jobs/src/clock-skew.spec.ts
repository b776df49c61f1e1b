import { describeWith } from '../../../test/servers/describe-with';
import { PostgresServer } from '../../../test/servers/postgres-server';
import { RedisServer } from '../../../test/servers/redis-server';
import { eventuallyDone } from './backend/eventually.fixture';
import { RecordingLogger } from './backend/recording-logger.fixture';
import { ClockSkew } from './clock-skew';
import { jobOptions } from './configuration/job-options';
import { JobStore } from './job-store';

const SERVERS = { redis: RedisServer, postgres: PostgresServer } as const;
const WARNING = expect.stringMatching(/^warn: the clock of this host is not that of the job store/);

describe.each(['redis', 'postgres'] as const)('the clock of a host beside that of its store', (kind) => {
  describeWith(kind, `in ${kind}`, () => {
    let server: { readonly url: string; stop(): Promise<void> };
    let store: JobStore;
    beforeAll(async () => {
      server = await SERVERS[kind].start();
      const jobs = jobOptions.parse({ backend: server.url });
      store = new JobStore({ bus: 'b', jobs, backend: { ...jobs, logger: new RecordingLogger() } });
    }, 60_000);
    afterAll(async () => {
      await store.close();
      await server.stop();
    });

    it('is a warning when it is ahead or behind, once, and a line when it is set right', async () => {
      const logger = new RecordingLogger();
      let skewMs = 90_000;
      const skew = new ClockSkew({ store, logger, nowMs: () => Date.now() + skewMs });

      await eventuallyDone(() => skew.measure());
      await eventuallyDone(() => skew.measure());
      skewMs = 0;
      await eventuallyDone(() => skew.measure());
      skewMs = -90_000;
      await eventuallyDone(() => skew.measure());

      expect(logger.lines).toEqual([WARNING, 'info: the clocks of this host and of the job store agree', WARNING]);
    });
  });
});
