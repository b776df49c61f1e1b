import { json } from '../answer';
import { trunkline } from '../process';
import { describeOnEveryStore, eventually, type JobStoreOfTest } from './job-bus';
import { type JobHostProcess, JobProject } from './job-project';

const SCHEDULE = "schedule: { yearly: { cron: '0 2 1 1 *', timezone: Europe/Stockholm, service: tick } }";

describeOnEveryStore('a host in a process of its own', (open) => {
  let store: JobStoreOfTest;
  let project: JobProject;
  let host: JobHostProcess;

  beforeAll(async () => {
    store = await open();
    project = new JobProject({ jobs: store.jobs }, { 'config/schedule.yaml': SCHEDULE });
    host = await project.start();
  }, 60_000);
  afterAll(async () => {
    project.killAll();
    await store.stop();
  });

  const run = async (...args: readonly string[]): Promise<unknown> => {
    const { code, stdout, stderr } = await trunkline(project.root, [...args, '--json']);
    if (code !== 0) throw new Error(stderr);
    return JSON.parse(stdout);
  };

  it('lets commands beside it list its schedules, and run one now', async () => {
    const listed = await eventually(async () => {
      const schedules = (await run('schedules', 'list')) as { readonly nextAt?: string }[];
      return schedules[0]?.nextAt === undefined ? undefined : schedules;
    });
    const { id } = (await run('schedules', 'run-now', 'yearly')) as { readonly id: string };
    await eventually(() => project.said('tick').length > 0 || undefined);

    expect(listed).toMatchObject([{ name: 'yearly', nextAt: expect.stringMatching(/-01-01T01:00:00.000Z$/) }]);
    expect(project.said('tick').map(([, job]) => job)).toEqual([id]);
  }, 60_000);

  it('exits with 0 when it is told to end, once its jobs have ended', async () => {
    await fetch(`${host.url}/later`, json('POST', { key: 'short', ms: 700 }));
    await eventually(() => project.said('begin').some(([, key]) => key === 'short') || undefined);

    expect(await host.end('SIGTERM')).toBe(0);
    expect(project.said('end').map(([, key]) => key)).toEqual(['short']);
  }, 60_000);
});
