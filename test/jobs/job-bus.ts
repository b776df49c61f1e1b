import { rmSync } from 'node:fs';
import { createJobsDirectory } from './jobs-directory';
import { waitUntil } from '@trunkline/testing';
import { type TestBusOptions, type RunningBus, startBus } from '../running-bus';
import { Jobs, type JobView } from 'trunkline';
import { hasServer } from '../servers/describe-with-server';
import { PostgresServer } from '../servers/postgres-server';
import { RedisServer } from '../servers/redis-server';

/** A store for one test. */
export interface TestJobStore {
  /** Its settings in `bus.jobs`. */
  readonly jobs: Readonly<Record<string, unknown>>;
  readonly stop: () => Promise<void>;
}

/** Starts a store of each kind. */
const STORES = {
  redis: async () => {
    const server = await RedisServer.start();
    return { jobs: { backend: server.url }, stop: () => server.stop() };
  },
  postgres: async () => {
    const server = await PostgresServer.start();
    return { jobs: { backend: server.url }, stop: () => server.stop() };
  },
  embedded: async () => {
    const directory = await createJobsDirectory();
    return { jobs: { directory }, stop: async () => rmSync(directory, { recursive: true, force: true }) };
  },
} as const satisfies Readonly<Record<string, () => Promise<TestJobStore>>>;

/** A kind of job store. */
export type StoreKind = keyof typeof STORES;
const KINDS = Object.keys(STORES) as readonly StoreKind[];

/** Starts an empty store. The caller stops it. */
export function startJobStore(kind: StoreKind): Promise<TestJobStore> {
  return STORES[kind]();
}

/** Declares tests for every kind of store. A store that this machine does not have is skipped, with the reason in its name. */
export function describeOnEveryStore(
  name: string,
  rules: (open: () => Promise<TestJobStore>, kind: StoreKind) => void,
): void {
  for (const kind of KINDS) describeOnStore(kind, name, () => rules(STORES[kind], kind));
}

/** A run on a kind of store, and the tests of its outcome. */
export interface Scenario<T> {
  /** Default: every kind. */
  readonly stores?: readonly StoreKind[];
  /** Starts a store of the kind, uses it and stops it. */
  readonly execute: (kind: StoreKind) => Promise<T>;
  /** @param outcome - waits for the run, which starts before the tests */
  readonly tests: (outcome: () => Promise<T>, kind: StoreKind) => void;
}

/** Runs a scenario on all stores and beside the other scenarios of the file, concurrently, since each mostly waits. */
export function describeScenario<T>(name: string, { stores = KINDS, execute, tests }: Scenario<T>): void {
  const outcomes = new Map<StoreKind, Promise<T>>();
  beforeAll(() => {
    for (const kind of stores.filter(isStoreAvailable)) {
      const outcome = execute(kind);
      // The test of this store reports the error.
      outcome.catch(() => undefined);
      outcomes.set(kind, outcome);
    }
  });
  afterAll(() => Promise.allSettled(outcomes.values()), 120_000);
  const outcomeOn = (kind: StoreKind) =>
    outcomes.get(kind) ?? Promise.reject(new Error(`the scenario was not run on ${kind}`));
  for (const kind of stores) describeOnStore(kind, name, () => tests(() => outcomeOn(kind), kind));
}

function describeOnStore(kind: StoreKind, name: string, rules: () => void): void {
  if (isStoreAvailable(kind)) describe(`${name}, on ${kind}`, rules);
  else describe.skip(`${name}, on ${kind} (skipped: it is not on the PATH)`, rules);
}

function isStoreAvailable(kind: StoreKind): boolean {
  return kind === 'embedded' || hasServer(kind);
}

/** A bus with jobs. */
export interface JobBus extends RunningBus {
  readonly jobs: Jobs;
  /** Waits until a job has finished, and returns it. */
  readonly waitForJob: (id: string) => Promise<JobView>;
}

/** Starts a bus on a store. @param more - further keys of `bus.jobs` */
export async function startJobBus(
  store: TestJobStore,
  { config = {}, ...parts }: TestBusOptions,
  more: Readonly<Record<string, unknown>> = {},
): Promise<JobBus> {
  const bus = {
    http: { port: 0 },
    log: { level: 'debug' },
    jobs: { backoff: { initial: '20ms', max: '100ms' }, ...store.jobs, ...more },
  };
  const running = await startBus({ ...parts, config: { 'test-bus.yaml': JSON.stringify({ bus }), ...config } });
  const jobs = running.bus.app.get(Jobs);
  return {
    ...running,
    jobs,
    waitForJob: (id) =>
      waitUntil(async () => {
        const job = await jobs.find(id);
        return job?.state === 'completed' || job?.state === 'failed' ? job : undefined;
      }),
  };
}
