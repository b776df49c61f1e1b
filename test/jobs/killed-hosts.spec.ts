import { trunkline } from '../process';
import { describeOnEveryStore, eventually, type JobStoreOfTest } from './job-bus';
import { JobProject, type JobHostProcess } from './job-project';
import { Producer } from './producer';
import { report, sized } from './soak';

const JOBS = sized(60, 1_000);
const KILLS = sized(2, 10);
const CONCURRENCY = 10;
const WORK_MS = 40;
/** A lock runs out after ten seconds, and is looked at every five. */
const LAST_JOB_WITHIN_MS = 60_000;

describeOnEveryStore('a host that is killed again and again', (open) => {
  let store: JobStoreOfTest;
  let project: JobProject;

  beforeAll(async () => {
    store = await open();
    const retention = { completedCount: 10_000 };
    project = new JobProject({ jobs: { ...store.jobs, concurrency: CONCURRENCY, retention } });
  }, 60_000);
  afterAll(async () => {
    project.killAll();
    await store.stop();
  });

  const done = () => new Set(project.said('end').map(([, key]) => key));

  it('loses no job that was accepted, runs few of them twice, and gives up none', async () => {
    let host: JobHostProcess | undefined = await project.start();
    const producer = new Producer(() => host?.url, WORK_MS);
    // The first job makes the store.
    await producer.hand(1);
    const handing = producer.hand(JOBS - 1);
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const enough = (JOBS * kill) / (KILLS + 1);
      await eventually(() => done().size >= enough || undefined, LAST_JOB_WITHIN_MS);
      const killed: JobHostProcess = host;
      host = undefined;
      await killed.end('SIGKILL');
      host = await project.start();
    }
    await handing;
    const keys = [...producer.accepted.keys()];
    await eventually(() => keys.every((key) => done().has(key)) || undefined, LAST_JOB_WITHIN_MS);

    const begun = project.said('begin').map(([, key]) => key);
    const jobs = new Set(begun).size;
    report({ store: store.jobs, accepted: keys.length, jobs, runs: begun.length, kills: KILLS });
    expect(begun.length).toBeLessThanOrEqual(jobs + KILLS * CONCURRENCY);
    const { stdout } = await trunkline(project.root, ['dead-letters', 'list', '--json']);
    expect(JSON.parse(stdout)).toEqual([]);
  }, 300_000);
});
