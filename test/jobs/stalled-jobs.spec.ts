import { sendRequest, createJsonRequest } from '../send-request';
import { runCommand } from '../process/run-command';
import { waitUntil } from '@trunkline/testing';
import { describeScenario } from './job-bus';
import { withJobProject, type JobHostProcess, type JobProject } from './job-project';

/** Jobs of a host that crashed or is blocked run again within two seconds. */
const QUICK = { lock: '1s', backoff: { initial: '20ms', max: '100ms' } };
const ATTEMPTS = 2;
/** How a poison job ends its process: another way on each store, since the store makes no difference to it. */
const POISONS = { redis: 'kill', postgres: 'exit', embedded: 'abort' } as const;

/** Jobs on hosts that one of them, the poison job, crashes. */
interface Outcome {
  readonly finished: readonly unknown[];
  readonly started: readonly string[];
  readonly ended: readonly string[];
  readonly deadLetters: readonly unknown[];
}

/** Runs a poison job beside another job and a branch of a durable composite, and restarts the host after each crash. */
async function crashRepeatedly(project: JobProject, poison: string): Promise<Outcome> {
  const listKeys = (what: string) => project.readEntries(what).map(([, key = '']) => key);
  const waitForStart = (key: string) => waitUntil(() => listKeys('begin').includes(key) || undefined);
  let host = await project.start();
  await sendRequest(`${host.url}/several`, createJsonRequest('POST', {}));
  await waitUntil(() => listKeys('end').includes('quick') || undefined);
  await submit(host, { key: 'beside', ms: 1_500 });
  await Promise.all(['beside', 'slow'].map(waitForStart));
  // The response may be lost with the process, but the job is stored.
  await submit(host, { key: 'poison', poison }).catch(() => undefined);
  for (let crash = 1; crash <= ATTEMPTS; crash += 1) {
    await host.waitForExit();
    host = await project.start();
  }
  const isDeadLetter = (line: string) => line.includes('is now a dead letter') && line.includes('never finished');
  await waitUntil(() => host.readLog().some(isDeadLetter) || undefined);
  await waitUntil(() => listKeys('end').includes('beside') || undefined);
  await waitUntil(() => project.readEntries('finish').length > 0 || undefined);
  const { stdout } = await runCommand(project.root, ['dead-letters', 'list', '--json']);
  return {
    finished: project.readEntries('finish').map(([, input = '']) => JSON.parse(decodeURIComponent(input)) as unknown),
    started: listKeys('begin'),
    ended: listKeys('end'),
    deadLetters: JSON.parse(stdout) as unknown[],
  };
}

async function submit(host: JobHostProcess, input: object): Promise<string> {
  const { body } = await sendRequest(`${host.url}/later`, createJsonRequest('POST', input));
  return String(body['id']);
}

describeScenario('a poison job that crashes one host after the other', {
  execute: (kind) => {
    const jobs = { ...QUICK, attempts: ATTEMPTS };
    return withJobProject(kind, { jobs }, (project) => crashRepeatedly(project, POISONS[kind]));
  },
  tests: (outcome, kind) => {
    it(`is a dead letter once its attempts are used up (${POISONS[kind]})`, async () => {
      const { started, deadLetters } = await outcome();

      expect(started.filter((key) => key === 'poison')).toHaveLength(ATTEMPTS);
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

    it('does not prevent the jobs that ran beside it', async () => {
      const { ended } = await outcome();

      expect(ended).toContain('beside');
    }, 120_000);

    it('does not change the outcome of a durable composite', async () => {
      const { started, finished } = await outcome();

      expect(finished).toMatchObject([
        {
          complete: false,
          data: { quick: { attempt: 1 }, slow: { attempt: 2 }, bad: null },
          problems: { bad: { code: 'INTERNAL_ERROR', outcome: 'fallback' } },
        },
      ]);
      expect(started.filter((key) => key === 'quick')).toHaveLength(1);
    }, 120_000);
  },
});

/** A job that blocked its host for longer than its lock. */
interface BlockedOutcome {
  readonly id: string;
  readonly freePid: number | undefined;
  /** The job as each host reports it, after the first and after both attempts have finished. */
  readonly seen: readonly unknown[];
  readonly lateLog: readonly string[];
}

async function blockOneOfTwo(project: JobProject): Promise<BlockedOutcome> {
  const hosts = await Promise.all([project.start(), project.start()]);
  const id = await submit(hosts[0], { key: 'blocks', block: 3_000 });
  const [[, , , blocked] = []] = await waitUntil(() => {
    const started = project.readEntries('begin');
    return started.length > 0 ? started : undefined;
  });
  const free = hosts.find(({ child }) => String(child.pid) !== blocked);
  const late = hosts.find(({ child }) => String(child.pid) === blocked);
  if (!free || !late) throw new Error(`no host has the process id ${blocked}`);
  const done = await waitForCompletion(free, id);
  await waitUntil(() => project.readEntries('end').length === 2 || undefined);
  await waitUntil(() => late.readLog().find((line) => line.includes('the lock of a job was lost')));
  return { id, freePid: free.child.pid, seen: [done, await waitForCompletion(late, id)], lateLog: late.readLog() };
}

async function waitForCompletion(host: JobHostProcess, id: string): Promise<unknown> {
  return waitUntil(async () => {
    const { body } = await sendRequest(`${host.url}/jobs/${id}`);
    return body['state'] === 'completed' || body['state'] === 'failed' ? body : undefined;
  });
}

describeScenario('a job that blocks its host for longer than its lock', {
  stores: ['redis'],
  execute: (kind) => withJobProject(kind, { jobs: QUICK }, blockOneOfTwo),
  tests: (outcome) => {
    it('is run by another host, and the result of the late attempt is discarded', async () => {
      const { id, freePid, seen, lateLog } = await outcome();

      const done = { state: 'completed', attempts: 2, result: { attempt: 2, pid: freePid } };
      expect(seen).toMatchObject([done, done]);
      const lost = lateLog.find((line) => line.includes('the lock of a job was lost')) ?? '{}';
      expect(JSON.parse(lost)).toMatchObject({ level: 'warn', job: id, attempt: 1, service: 'work' });
      expect(lateLog.filter((line) => line.includes('could not carry out a background operation'))).toEqual([]);
    }, 60_000);
  },
});
