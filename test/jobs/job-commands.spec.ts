import { ask, json } from '../answer';
import { type Ended, trunkline } from '../process';
import { describeOnEveryStore, eventually, type JobStoreOfTest } from './job-bus';
import { JobProject } from './job-project';

const SCHEDULE = "schedule: { yearly: { cron: '0 2 1 1 *', service: tick } }";

describeOnEveryStore('the commands for jobs, beside a host that runs', (open, kind) => {
  let store: JobStoreOfTest;
  let project: JobProject;
  let url: string;

  beforeAll(async () => {
    store = await open();
    const jobs = { ...store.jobs, attempts: 1 };
    project = new JobProject({ jobs }, { 'config/schedule.yaml': SCHEDULE });
    ({ url } = await project.start());
  }, 60_000);
  afterAll(async () => {
    project.killAll();
    await store.stop();
  });

  const run = (...args: readonly string[]): Promise<Ended> => trunkline(project.root, args);
  const jsonOf = async (...args: readonly string[]): Promise<unknown> => {
    const { code, stdout, stderr } = await run(...args, '--json');
    if (code !== 0) throw new Error(stderr);
    return JSON.parse(stdout);
  };

  // Beside an embedded store, test/jobs/processes.spec.ts has them.
  if (kind !== 'embedded') {
    it('list, show, retry and drop dead letters', async () => {
      const { body } = await ask(`${url}/later`, json('POST', { key: 'bad', fail: true }));
      const id = String(body['id']);
      const failed = async () => (await ask(`${url}/jobs/${id}`)).body['state'] === 'failed' || undefined;
      await eventually(failed);

      const [listed, shown] = await Promise.all([jsonOf('dead-letters', 'list'), jsonOf('dead-letters', 'show', id)]);
      expect(listed).toEqual([shown]);
      expect(shown).toMatchObject({
        id,
        service: 'work',
        attempts: 1,
        input: { key: 'bad', fail: true },
        failure: { kind: 'internal', code: 'INTERNAL_ERROR', message: 'it fails' },
        history: [{ attempt: 1, replay: 0, code: 'INTERNAL_ERROR' }],
      });

      expect(await jsonOf('dead-letters', 'retry', id)).toEqual({ id, retried: true });
      await eventually(() => project.said('begin').length === 2 || undefined);
      await eventually(failed);
      expect(await jsonOf('dead-letters', 'drop', id)).toEqual({ id, dropped: true });
      const { code, stdout, stderr } = await run('dead-letters', 'retry', id);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain(`there is no dead letter ${id}`);
    }, 90_000);
  }

  it('run a schedule, and know no other', async () => {
    const { id } = (await jsonOf('schedules', 'run-now', 'yearly')) as { readonly id: string };
    await eventually(() => project.said('tick').some(([, job]) => job === id) || undefined);

    const wrong = await run('schedules', 'run-now', 'yearl');
    expect(wrong).toMatchObject({ code: 1, stdout: '' });
    expect(wrong.stderr).toContain('there is no schedule yearl, did you mean `yearly`?');
  }, 60_000);
});
