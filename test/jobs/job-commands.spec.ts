import { sendRequest, createJsonRequest } from '../send-request';
import { runCommand } from '../process/run-command';
import { waitUntil } from '@trunkline/testing';
import { describeScenario } from './job-bus';
import { withJobProject, type JobHostProcess, type JobProject } from './job-project';

const SCHEDULE = "schedule: { yearly: { cron: '0 2 1 1 *', timezone: Europe/Stockholm, service: tick } }";
const ATTEMPTS = 2;

/** A host process and the commands that run beside it. */
interface Beside {
  readonly project: JobProject;
  readonly host: JobHostProcess;
  readonly run: (...args: readonly string[]) => ReturnType<typeof runCommand>;
  /** Output of a command that succeeds. */
  readonly jsonOf: <T>(...args: readonly string[]) => Promise<T>;
}

async function startBesideHost(project: JobProject): Promise<Beside> {
  const run = (...args: readonly string[]) => runCommand(project.root, args);
  const jsonOf = async <T>(...args: readonly string[]) => {
    const { code, stdout, stderr } = await run(...args, '--json');
    if (code !== 0) throw new Error(stderr);
    return JSON.parse(stdout) as T;
  };
  return { project, host: await project.start(), run, jsonOf };
}

async function manageDeadLetters({ project, host, run, jsonOf }: Beside) {
  const { body } = await sendRequest(`${host.url}/later`, createJsonRequest('POST', { key: 'bad', fail: true }));
  const id = String(body['id']);
  const failedAfter = async (runs: number) => {
    await waitUntil(() => project.readEntries('begin').length === runs || undefined);
    await waitUntil(async () => (await sendRequest(`${host.url}/jobs/${id}`)).body['state'] === 'failed' || undefined);
  };
  await failedAfter(ATTEMPTS);
  const listed = await jsonOf('dead-letters', 'list');
  const shown = await jsonOf('dead-letters', 'show', id);
  const retried = await run('dead-letters', 'retry', id);
  await failedAfter(2 * ATTEMPTS);
  const dropped = await jsonOf('dead-letters', 'drop', id);
  return { id, listed, shown, retried, dropped, gone: await run('dead-letters', 'retry', id) };
}

async function manageSchedules({ project, run, jsonOf }: Beside) {
  const { id } = await jsonOf<{ readonly id: string }>('schedules', 'run-now', 'yearly');
  await waitUntil(() => project.readEntries('tick').length > 0 || undefined);
  // The host has stored its schedule by then.
  const listed = await jsonOf('schedules', 'list');
  return {
    id,
    ticks: project.readEntries('tick').map(([, job]) => job),
    listed,
    wrong: await run('schedules', 'run-now', 'yearl'),
  };
}

async function terminate({ project, host }: Beside) {
  await sendRequest(`${host.url}/later`, createJsonRequest('POST', { key: 'short', ms: 700 }));
  await waitUntil(() => project.readEntries('begin').some(([, key]) => key === 'short') || undefined);
  const code = await host.stop('SIGTERM');
  return { code, ended: project.readEntries('end').map(([, key]) => key) };
}

describeScenario('a host process', {
  execute: (kind) => {
    const jobs = { attempts: ATTEMPTS, backoff: { initial: '20ms', max: '100ms' } };
    return withJobProject(kind, { jobs, files: { 'config/schedule.yaml': SCHEDULE } }, async (project) => {
      const beside = await startBesideHost(project);
      return {
        letters: await manageDeadLetters(beside),
        schedules: await manageSchedules(beside),
        end: await terminate(beside),
      };
    });
  },
  tests: (outcome) => {
    it('lets commands list, show, retry and drop dead letters', async () => {
      const { id, listed, shown, retried, dropped, gone } = (await outcome()).letters;

      expect(listed).toEqual([shown]);
      expect(shown).toMatchObject({
        id,
        service: 'work',
        attempts: ATTEMPTS,
        input: { key: 'bad', fail: true },
        failure: { kind: 'internal', code: 'INTERNAL_ERROR', message: 'it fails', causes: ['Error: it fails'] },
        history: [
          { attempt: 1, replay: 0, code: 'INTERNAL_ERROR' },
          { attempt: 2, replay: 0, code: 'INTERNAL_ERROR' },
        ],
      });
      expect(retried).toMatchObject({ code: 0, stdout: `${id} retried\n` });
      expect(dropped).toEqual({ id, dropped: true });
      expect(gone).toMatchObject({ code: 1, stdout: '' });
      expect(gone.stderr).toContain(`there is no dead letter ${id}`);
    }, 90_000);

    it('lets commands list its schedules and run one now, and rejects unknown ones', async () => {
      const { id, ticks, listed, wrong } = (await outcome()).schedules;

      expect(ticks).toEqual([id]);
      expect(listed).toMatchObject([{ name: 'yearly', nextAt: expect.stringMatching(/-01-01T01:00:00.000Z$/) }]);
      expect(wrong).toMatchObject({ code: 1, stdout: '' });
      expect(wrong.stderr).toContain('there is no schedule yearl, did you mean `yearly`?');
    }, 90_000);

    it('exits with 0 on SIGTERM, after its jobs have finished', async () => {
      expect((await outcome()).end).toEqual({ code: 0, ended: ['short'] });
    }, 90_000);
  },
});
