import { setTimeout as sleep } from 'node:timers/promises';
import { sendRequest, createJsonRequest } from '../send-request';
import { runCommand } from '../run-command';
import { describeScenario, waitUntil } from './job-bus';
import { withJobProject, type JobHostProcess, type JobProject } from './job-project';

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
  const keysOf = (what: string) => project.readEntries(what).map(([, key = '']) => key);
  const isUnderWay = (key: string) => waitUntil(() => keysOf('begin').includes(key) || undefined);
  let host = await project.start();
  await sendRequest(`${host.url}/several`, createJsonRequest('POST', {}));
  await waitUntil(() => keysOf('end').includes('quick') || undefined);
  await handIn(host, { key: 'beside', ms: 1_500 });
  await Promise.all(['beside', 'slow'].map(isUnderWay));
  // The answer may go with the process, but the job is there.
  await handIn(host, { key: 'poison', poison }).catch(() => undefined);
  for (let death = 1; death <= ATTEMPTS; death += 1) {
    await host.waitForExit();
    host = await project.start();
  }
  const isGivenUp = (line: string) => line.includes('is now a dead letter') && line.includes('never finished');
  await waitUntil(() => host.readLog().some(isGivenUp) || undefined);
  await waitUntil(() => keysOf('end').includes('beside') || undefined);
  await waitUntil(() => project.readEntries('finish').length > 0 || undefined);
  const { stdout } = await runCommand(project.root, ['dead-letters', 'list', '--json']);
  return {
    finished: project.readEntries('finish').map(([, input = '']) => JSON.parse(decodeURIComponent(input)) as unknown),
    begun: keysOf('begin'),
    ended: keysOf('end'),
    deadLetters: JSON.parse(stdout) as unknown[],
  };
}

async function handIn(host: JobHostProcess, input: object): Promise<string> {
  const { body } = await sendRequest(`${host.url}/later`, createJsonRequest('POST', input));
  return String(body['id']);
}

describeScenario('hosts that die one after the other of a job they run', {
  execute: (kind) => {
    const jobs = { ...QUICK, attempts: ATTEMPTS };
    return withJobProject(kind, { jobs }, (project) => dieAgainAndAgain(project, POISONS[kind]));
  },
  tests: (outcome, kind) => {
    it(`make it a dead letter once its attempts are used (${POISONS[kind]})`, async () => {
      const { begun, deadLetters } = await outcome();

      expect(begun.filter((key) => key === 'poison')).toHaveLength(ATTEMPTS);
      expect(deadLetters).toContainEqual(
        expect.objectContaining({
          input: expect.objectContaining({ key: 'poison' }),
          attempts: ATTEMPTS,
          failure: expect.objectContaining({
            code: 'INTERNAL_ERROR',
            message: expect.stringContaining('never finished'),
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
  const [[, , , blocked] = []] = await waitUntil(() => {
    const said = project.readEntries('begin');
    return said.length > 0 ? said : undefined;
  });
  const free = hosts.find(({ child }) => String(child.pid) !== blocked);
  const late = hosts.find(({ child }) => String(child.pid) === blocked);
  if (!free || !late) throw new Error(`no host has the number ${blocked}`);
  const done = await completed(free, id);
  await waitUntil(() => project.readEntries('end').length === 2 || undefined);
  await waitUntil(() => late.readLog().find((line) => line.includes('the lock of a job was lost')));
  return { id, freePid: free.child.pid, seen: [done, await completed(late, id)], lateLog: late.readLog() };
}

async function completed(host: JobHostProcess, id: string): Promise<unknown> {
  return waitUntil(async () => {
    const { body } = await sendRequest(`${host.url}/jobs/${id}`);
    if (body['state'] === 'completed' || body['state'] === 'failed') return body;
    await sleep(100);
    return undefined;
  });
}

describeScenario('a job that blocks its host for longer than its lock', {
  stores: ['redis'],
  execute: (kind) => withJobProject(kind, { jobs: QUICK }, blockOneOfTwo),
  tests: (outcome) => {
    it('is run by another one, and nothing of the late attempt is kept', async () => {
      const { id, freePid, seen, lateLog } = await outcome();

      const done = { state: 'completed', attempts: 2, result: { attempt: 2, pid: freePid } };
      expect(seen).toMatchObject([done, done]);
      const lost = lateLog.find((line) => line.includes('the lock of a job was lost')) ?? '{}';
      expect(JSON.parse(lost)).toMatchObject({ level: 'warn', job: id, attempt: 1, service: 'work' });
      expect(lateLog.filter((line) => line.includes('could not carry out a background operation'))).toEqual([]);
    }, 60_000);
  },
});
