import { describeWith } from '../../../../test/servers/describe-with';
import { PostgresServer } from '../../../../test/servers/postgres-server';
import { RedisServer } from '../../../../test/servers/redis-server';
import { JobProcess, type JobProcessOptions, runsOf } from './crash.fixture';
import { embeddedDirectory } from './embedded/embedded-directory.fixture';
import { eventually } from './eventually.fixture';

const JOBS = 200;
const KILLS = 3;
const CONCURRENCY = 10;
/** Four processes are started, on a machine that has other things to do. */
const LIMIT_MS = 120_000;

/** Adds jobs, and kills the process that runs them again and again in the midst of it. */
async function killAgainAndAgain(options: JobProcessOptions): Promise<{ starts: number; done: number }> {
  const lines: string[] = [];
  for (let kill = 0; kill <= KILLS; kill += 1) {
    const worker = new JobProcess({ ...options, concurrency: CONCURRENCY, ...(kill === 0 ? { add: JOBS } : {}) });
    const enough = kill === KILLS ? JOBS : Math.ceil((JOBS / (KILLS + 1)) * (kill + 1));
    await eventually(async () => runsOf([...lines, ...worker.lines]).done >= enough);
    await worker.end('SIGKILL');
    lines.push(...worker.lines);
  }
  return runsOf(lines);
}

function expectNoneLost({ starts, done }: { starts: number; done: number }): void {
  expect(done).toBe(JOBS);
  expect(starts).toBeLessThanOrEqual(JOBS + KILLS * CONCURRENCY);
}

describe('jobs whose process is killed again and again', () => {
  it(
    'all run in the end on the embedded store, which dies with it',
    async () => {
      const runs = await killAgainAndAgain({ backend: 'embedded', directory: await embeddedDirectory() });

      expectNoneLost(runs);
    },
    LIMIT_MS,
  );
});

describeWith('redis', 'jobs in Redis whose process is killed again and again', () => {
  it(
    'all run in the end',
    async () => {
      const server = await RedisServer.start();

      const runs = await killAgainAndAgain({ backend: server.url });

      expectNoneLost(runs);
      await server.stop();
    },
    LIMIT_MS,
  );
});

describeWith('postgres', 'jobs in PostgreSQL whose process is killed again and again', () => {
  it(
    'all run in the end',
    async () => {
      const server = await PostgresServer.start();

      const runs = await killAgainAndAgain({ backend: server.url });

      expectNoneLost(runs);
      await server.stop();
    },
    LIMIT_MS,
  );
});
