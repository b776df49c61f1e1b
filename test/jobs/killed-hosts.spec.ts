import { runCommand } from '../process/run-command';
import { waitUntil } from '@trunkline/testing';
import { describeScenario } from './job-bus';
import { withJobProject, type JobHostProcess, type JobProject } from './job-project';
import { Producer } from './producer';
import { printFigures, chooseSize } from './soak';

const JOBS = chooseSize(40, 1_000);
const KILLS = chooseSize(2, 10);
const CONCURRENCY = chooseSize(4, 10);
const WORK_MS = 40;
const TIMEOUT_MS = 60_000;

/** Jobs of a host that was killed several times. */
interface Outcome {
  /** Keys of the accepted jobs, and of each started attempt. */
  readonly accepted: readonly string[];
  readonly started: readonly string[];
  readonly deadLetters: unknown;
}

/** Submits jobs to a host, and kills it while they run. */
async function killRepeatedly(project: JobProject): Promise<Outcome> {
  const listFinished = () => new Set(project.readEntries('end').map(([, key]) => key));
  let host: JobHostProcess | undefined = await project.start();
  const producer = new Producer(() => host?.url, WORK_MS);
  // The first job creates the store.
  await producer.submit(1);
  const submitting = producer.submit(JOBS - 1);
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const threshold = (JOBS * kill) / (KILLS + 1);
    await waitUntil(() => listFinished().size >= threshold || undefined, { timeoutMs: TIMEOUT_MS });
    const killed: JobHostProcess = host;
    host = undefined;
    await killed.stop('SIGKILL');
    host = await project.start();
  }
  await submitting;
  const accepted = [...producer.accepted.keys()];
  await waitUntil(() => accepted.every((key) => listFinished().has(key)) || undefined, { timeoutMs: TIMEOUT_MS });
  const { stdout } = await runCommand(project.root, ['dead-letters', 'list', '--json']);
  return {
    accepted,
    started: project.readEntries('begin').map(([, key = '']) => key),
    deadLetters: JSON.parse(stdout),
  };
}

describeScenario('a host that is killed several times', {
  execute: (kind) => {
    // Jobs of a killed host wait for their lock to expire.
    const jobs = { lock: '2s', concurrency: CONCURRENCY, retention: { completedCount: 10_000 } };
    return withJobProject(kind, { jobs }, killRepeatedly);
  },
  tests: (outcome, store) => {
    it('loses no accepted job, runs few of them twice, and leaves no dead letter', async () => {
      const { accepted, started, deadLetters } = await outcome();

      const jobs = new Set(started).size;
      printFigures({ store, accepted: accepted.length, jobs, runs: started.length, kills: KILLS });
      expect(started.length).toBeLessThanOrEqual(jobs + KILLS * CONCURRENCY);
      expect(accepted.filter((key) => !started.includes(key))).toEqual([]);
      expect(deadLetters).toEqual([]);
    }, 300_000);
  },
});
