// Jobs on each store, beside BullMQ with its defaults.
import { createBusOnDisk } from '../processes/bus-on-disk.mjs';
import { preparePostgres, prepareRedis } from '../processes/servers.mjs';
import { createSeries } from './series.mjs';

const JOBS = { size: 150, warmUp: 600 };
/** A contestant that only adds jobs, and one that also runs them. */
const ADD = { skill: 'microsPerAdd', role: 'http' };
const RUN = { skill: 'microsPerJob', role: 'all' };

/** Wall-clock time per job, as the figure `time` in microseconds. */
const createMeter = (skill) => (contestant) => async (count) => ({ time: await contestant.request(skill, count) });

const createBusSeries = ({ skill, role }) =>
  createSeries('trunkline-jobs', createMeter(skill), async ({ trunkline }, { createUrl }) =>
    createBusOptions(trunkline, role, await createUrl()),
  );

const createBullmqSeries = ({ skill, role }, options) =>
  createSeries('bullmq-jobs', createMeter(skill), async (_build, { createUrl }) => ({
    ...options,
    env: { JOBS_BACKEND: await createUrl(), JOBS_ROLE: role },
  }));

function createBusOptions(trunkline, role, backend) {
  const config = createBusOnDisk(trunkline, { jobs: { backend, concurrency: 20 } });
  return { env: { BENCH_CONFIG: config, JOBS_ROLE: role } };
}

const createStoreGroup = (work, prepare, row) => ({
  ...JOBS,
  prepare,
  series: { bus: createBusSeries(work), bullmq: createBullmqSeries(work) },
  rows: [{ ours: 'bus.time', peer: 'bullmq.time', peerName: 'bare BullMQ', unit: 'µs', ...row }],
});

const prepareDurableRedis = () => prepareRedis('always');

export const jobs = [
  createStoreGroup(ADD, prepareDurableRedis, { what: 'jobs on Redis, one by one: time to add', most: 1.05 }),
  createStoreGroup(RUN, prepareDurableRedis, {
    what: 'jobs on Redis, 20 at a time: time to add and run',
    most: 1.05,
  }),
  createStoreGroup(RUN, () => prepareRedis('everysec'), {
    what: 'jobs on Redis with `appendfsync everysec`, 20 at a time: time to add and run',
    peerName: 'bare BullMQ, which may lose jobs',
    most: 1.5,
  }),
  createStoreGroup(ADD, () => preparePostgres(), {
    what: 'jobs on PostgreSQL, one by one: time to add',
    most: 1.11,
  }),
  createStoreGroup(RUN, () => preparePostgres(), {
    what: 'jobs on PostgreSQL, 20 at a time: time to add and run',
    most: 1.11,
  }),
  createEmbeddedGroup(),
];

/**
 * BullMQ has no embedded store: its peer is BullMQ on PostgreSQL. Neither is pinned, because the embedded store is a thread of the bus,
 * and PostgreSQL has the core of the load generator.
 */
function createEmbeddedGroup() {
  const { skill, role } = RUN;
  const bus = createSeries('trunkline-jobs', createMeter(skill), async ({ trunkline }) => ({
    ...createBusOptions(trunkline, role, 'embedded'),
    usesAllCores: true,
  }));
  return {
    ...JOBS,
    prepare: () => preparePostgres(),
    series: { bus, bullmq: createBullmqSeries(RUN, { usesAllCores: true }) },
    rows: [
      {
        what: 'jobs embedded, 20 at a time: time to add and run',
        ours: 'bus.time',
        peer: 'bullmq.time',
        peerName: 'bare BullMQ on PostgreSQL',
        unit: 'µs',
        most: 5,
      },
    ],
  };
}
