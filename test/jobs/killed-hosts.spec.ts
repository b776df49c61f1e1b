import { runCommand } from '../run-command';
import { describeScenario, waitUntil } from './job-bus';
import { withJobProject, type JobHostProcess, type JobProject } from './job-project';
import { Producer } from './producer';
import { printFigures, chooseSize } from './soak';

const JOBS = chooseSize(60, 1_000);
const KILLS = chooseSize(2, 10);
const CONCURRENCY = chooseSize(4, 10);
const WORK_MS = 40;
const LAST_JOB_WITHIN_MS = 60_000;

/** What came of the jobs of a host that was killed again and again. */
interface Outcome {
  /** Keys of the jobs that were accepted, and of each run that was begun. */
  readonly accepted: readonly string[];
  readonly begun: readonly string[];
  readonly deadLetters: unknown;
}

/** Hands jobs to a host, and kills it in the midst of them. */
async function killAgainAndAgain(project: JobProject): Promise<Outcome> {
  const done = () => new Set(project.readEntries('end').map(([, key]) => key));
  let host: JobHostProcess | undefined = await project.start();
  const producer = new Producer(() => host?.url, WORK_MS);
  // The first job makes the store.
  await producer.submit(1);
  const handing = producer.submit(JOBS - 1);
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const enough = (JOBS * kill) / (KILLS + 1);
    await waitUntil(() => done().size >= enough || undefined, LAST_JOB_WITHIN_MS);
    const killed: JobHostProcess = host;
    host = undefined;
    await killed.stop('SIGKILL');
    host = await project.start();
  }
  await handing;
  const accepted = [...producer.accepted.keys()];
  await waitUntil(() => accepted.every((key) => done().has(key)) || undefined, LAST_JOB_WITHIN_MS);
  const { stdout } = await runCommand(project.root, ['dead-letters', 'list', '--json']);
  return { accepted, begun: project.readEntries('begin').map(([, key = '']) => key), deadLetters: JSON.parse(stdout) };
}

describeScenario('a host that is killed again and again', {
  execute: (kind) => {
    const jobs = { lock: '3s', concurrency: CONCURRENCY, retention: { completedCount: 10_000 } };
    return withJobProject(kind, { jobs }, killAgainAndAgain);
  },
  tests: (outcome, store) => {
    it('loses no job that was accepted, runs few of them twice, and gives up none', async () => {
      const { accepted, begun, deadLetters } = await outcome();

      const jobs = new Set(begun).size;
      printFigures({ store, accepted: accepted.length, jobs, runs: begun.length, kills: KILLS });
      expect(begun.length).toBeLessThanOrEqual(jobs + KILLS * CONCURRENCY);
      expect(accepted.filter((key) => !begun.includes(key))).toEqual([]);
      expect(deadLetters).toEqual([]);
    }, 300_000);
  },
});
