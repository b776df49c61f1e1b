import { setTimeout as sleep } from 'node:timers/promises';
import { ask, json } from '../answer';
import { command } from '../command';
import { describeScenario, eventually } from './job-bus';
import { inProject, type JobHostProcess, type JobProject } from './job-project';

/** Jobs of a host that is gone, or does nothing for them, are taken up again within two seconds. */
const QUICK = { lock: '1s', backoff: { initial: '20ms', max: '100ms' } };
const ATTEMPTS = 2;
/** How a job ends its process: that is the same to every store. */
const POISONS = { redis: 'kill', postgres: 'exit', embedded: 'abort' } as const;

/** What came of jobs one of which ended each process that ran it. */
interface Outcome {
  readonly finished: readonly unknown[];
  readonly begun: readonly string[];
  readonly ended: readonly string[];
  readonly deadLetters: readonly unknown[];
}

/** Runs a poison beside another job and a branch of a durable composite, and starts the next host each time one is gone. */
async function dieAgainAndAgain(project: JobProject, poison: string): Promise<Outcome> {
  const keysOf = (what: string) => project.said(what).map(([, key = '']) => key);
  const isUnderWay = (key: string) => eventually(() => keysOf('begin').includes(key) || undefined);
  let host = await project.start();
  await ask(`${host.url}/several`, json('POST', {}));
  await eventually(() => keysOf('end').includes('quick') || undefined);
  await handIn(host, { key: 'beside', ms: 1_500 });
  await Promise.all(['beside', 'slow'].map(isUnderWay));
  // The answer may go with the process, but the job is there.
  await handIn(host, { key: 'poison', poison }).catch(() => undefined);
  for (let death = 1; death <= ATTEMPTS; death += 1) {
    await host.gone();
    host = await project.start();
  }
  const isGivenUp = (line: string) => line.includes('is a dead letter now') && line.includes('began and never ended');
  await eventually(() => host.log().some(isGivenUp) || undefined);
  await eventually(() => keysOf('end').includes('beside') || undefined);
  await eventually(() => project.said('finish').length > 0 || undefined);
  const { stdout } = await command(project.root, ['dead-letters', 'list', '--json']);
  return {
    finished: project.said('finish').map(([, input = '']) => JSON.parse(decodeURIComponent(input)) as unknown),
    begun: keysOf('begin'),
    ended: keysOf('end'),
    deadLetters: JSON.parse(stdout) as unknown[],
  };
}

async function handIn(host: JobHostProcess, input: object): Promise<string> {
  const { body } = await ask(`${host.url}/later`, json('POST', input));
  return String(body['id']);
}

describeScenario('hosts that die one after the other of a job they run', {
  play: (kind) => {
    const jobs = { ...QUICK, attempts: ATTEMPTS };
    return inProject(kind, { jobs }, (project) => dieAgainAndAgain(project, POISONS[kind]));
  },
  rules: (outcome, kind) => {
    it(`make it a dead letter once its attempts are used (${POISONS[kind]})`, async () => {
      const { begun, deadLetters } = await outcome();

      expect(begun.filter((key) => key === 'poison')).toHaveLength(ATTEMPTS);
      expect(deadLetters).toContainEqual(
        expect.objectContaining({
          input: expect.objectContaining({ key: 'poison' }),
          attempts: ATTEMPTS,
          failure: expect.objectContaining({
            code: 'INTERNAL_ERROR',
            message: expect.stringContaining('began and never ended'),
          }),
          history: [expect.objectContaining({ attempt: ATTEMPTS })],
        }),
      );
    }, 120_000);

    it('do the jobs that went with them', async () => {
      const { ended } = await outcome();

      expect(ended).toContain('beside');
    }, 120_000);

    it('leave a durable composite to the next one, which comes to what it would have come to', async () => {
      const { begun, finished } = await outcome();

      expect(finished).toMatchObject([
        {
          complete: false,
          data: { quick: { attempt: 1 }, slow: { attempt: 2 }, bad: null },
          problems: { bad: { code: 'INTERNAL_ERROR', outcome: 'fallback' } },
        },
      ]);
      expect(begun.filter((key) => key === 'quick')).toHaveLength(1);
    }, 120_000);
  },
});

/** What came of a job whose host did nothing else for longer than its lock. */
interface LateOutcome {
  readonly id: string;
  readonly freePid: number | undefined;
  /** As each host tells of it, once it was done and once both attempts have ended. */
  readonly seen: readonly unknown[];
  readonly lateLog: readonly string[];
}

async function blockOneOfTwo(project: JobProject): Promise<LateOutcome> {
  const hosts = await Promise.all([project.start(), project.start()]);
  const id = await handIn(hosts[0], { key: 'blocks', block: 4_000 });
  const [[, , , blocked] = []] = await eventually(() => {
    const said = project.said('begin');
    return said.length > 0 ? said : undefined;
  });
  const free = hosts.find(({ child }) => String(child.pid) !== blocked);
  const late = hosts.find(({ child }) => String(child.pid) === blocked);
  if (!free || !late) throw new Error(`no host has the number ${blocked}`);
  const done = await completed(free, id);
  await eventually(() => project.said('end').length === 2 || undefined);
  await eventually(() => late.log().find((line) => line.includes('the lock of a job was lost')));
  return { id, freePid: free.child.pid, seen: [done, await completed(late, id)], lateLog: late.log() };
}

async function completed(host: JobHostProcess, id: string): Promise<unknown> {
  return eventually(async () => {
    const { body } = await ask(`${host.url}/jobs/${id}`);
    if (body['state'] === 'completed' || body['state'] === 'failed') return body;
    await sleep(100);
    return undefined;
  });
}

describeScenario('a job that blocks its host for longer than its lock', {
  on: ['redis'],
  play: (kind) => inProject(kind, { jobs: QUICK }, blockOneOfTwo),
  rules: (outcome) => {
    it('is run by another one, and nothing of the late attempt is kept', async () => {
      const { id, freePid, seen, lateLog } = await outcome();

      const done = { state: 'completed', attempts: 2, result: { attempt: 2, pid: freePid } };
      expect(seen).toMatchObject([done, done]);
      const lost = lateLog.find((line) => line.includes('the lock of a job was lost')) ?? '{}';
      expect(JSON.parse(lost)).toMatchObject({ level: 'warn', job: id, attempt: 1, service: 'work' });
      expect(lateLog.filter((line) => line.includes('could not do what a queue asked'))).toEqual([]);
    }, 60_000);
  },
});
