import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createEmbeddedDirectory } from '../../libs/jobs/src/backend/embedded/embedded-directory.fixture';
import { type TestBusOptions, type RunningBus, startBus } from '../running-bus';
import { Jobs, type JobView } from 'trunkline';
import { hasServer } from '../servers/describe-with-server';
import { PostgresServer } from '../servers/postgres-server';
import { RedisServer } from '../servers/redis-server';

/** A store of a test's own. */
export interface TestJobStore {
  /** What `bus.jobs` says of it. */
  readonly jobs: Readonly<Record<string, unknown>>;
  readonly stop: () => Promise<void>;
}

/** Every kind of store, and how to get one. */
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
    const directory = await createEmbeddedDirectory();
    return { jobs: { directory }, stop: async () => rmSync(directory, { recursive: true, force: true }) };
  },
} as const satisfies Readonly<Record<string, () => Promise<TestJobStore>>>;

/** What jobs can be kept in. */
export type StoreKind = keyof typeof STORES;
const KINDS = Object.keys(STORES) as readonly StoreKind[];

/** A store of a kind, empty. Whoever opens it stops it. */
export function startJobStore(kind: StoreKind): Promise<TestJobStore> {
  return STORES[kind]();
}

/** The rules that hold whatever jobs are kept in; a store that this machine does not have is skipped under a name that says why. */
export function describeOnEveryStore(
  name: string,
  rules: (open: () => Promise<TestJobStore>, kind: StoreKind) => void,
): void {
  for (const kind of KINDS) describeOnStore(kind, name, () => rules(STORES[kind], kind));
}

/** What happens on a kind of store, and the rules for what comes of it. */
export interface Scenario<T> {
  /** Every one, unless these are named. */
  readonly stores?: readonly StoreKind[];
  /** Opens a store of that kind, and stops it. */
  readonly execute: (kind: StoreKind) => Promise<T>;
  /** @param outcome - of the play, which may still go on */
  readonly tests: (outcome: () => Promise<T>, kind: StoreKind) => void;
}

/** Plays on all stores at a time, beside the other scenarios of the file: most of what each of them does is to wait. */
export function describeScenario<T>(name: string, { stores = KINDS, execute, tests }: Scenario<T>): void {
  const outcomes = new Map<StoreKind, Promise<T>>();
  beforeAll(() => {
    for (const kind of stores.filter(isStoreAvailable)) {
      const outcome = execute(kind);
      // It is the test of this store that fails, not that of the one before.
      outcome.catch(() => undefined);
      outcomes.set(kind, outcome);
    }
  });
  afterAll(() => Promise.allSettled(outcomes.values()), 120_000);
  const outcomeOn = (kind: StoreKind) =>
    outcomes.get(kind) ?? Promise.reject(new Error(`nothing was played on ${kind}`));
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
  /** Waits for a job to end, and tells of it. */
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

/** Looks again and again until there is something to see. */
export async function waitUntil<T>(look: () => T | undefined | Promise<T | undefined>, withinMs = 40_000): Promise<T> {
  for (const giveUpAt = Date.now() + withinMs; Date.now() < giveUpAt; await sleep(20)) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
  }
  throw new Error(`it did not come to pass within ${withinMs / 1_000} s`);
}
