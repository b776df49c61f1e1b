// New processes: their start, their memory at rest and their first requests.
import { calculatePercentile } from '../figures/statistics.mjs';
import { ClosedLoop } from '../load/closed-loop.mjs';
import { createBusOnDisk } from '../processes/bus-on-disk.mjs';
import { createCustomerRequests } from './get.mjs';
import { createSeries, prepareUpstream } from './series.mjs';

/**
 * CPU time from the start of the process until it listens, as `cpu` in milliseconds; resident memory at rest, as `memory` in megabytes: it is
 * read when all processes of the sitting have started.
 */
const createMeter = (contestant) => async () => ({
  cpu: (await contestant.request('readyMicros')) / 1_000,
  memory: await contestant.request('megabytes'),
});

const createBusSeries = (services) =>
  createSeries('trunkline-start', createMeter, async ({ trunkline }) => ({
    env: { BENCH_CONFIG: createBusOnDisk(trunkline, { services }) },
  }));

const CPU_ROW = { peer: 'host.cpu', peerName: 'empty Nest + Fastify host', unit: 'ms', isDifference: true };
const MEMORY_ROW = { peer: 'host.memory', peerName: 'empty Nest + Fastify host', unit: 'MB', isDifference: true };

export const start = {
  plan: 'fresh',
  size: 1,
  warmUp: 0,
  series: {
    empty: createBusSeries(0),
    with200: createBusSeries(200),
    with1000: createBusSeries(1_000),
    host: createSeries('nest-start', createMeter),
  },
  rows: [
    { what: 'start of an empty bus, CPU', ours: 'empty.cpu', ...CPU_ROW, most: 150 },
    { what: 'start with 200 services and channels, CPU', ours: 'with200.cpu', ...CPU_ROW, most: 350 },
    { what: 'start with 1 000 services and channels, CPU', ours: 'with1000.cpu', ...CPU_ROW, most: 800 },
    { what: 'memory (RSS) of an empty bus at rest', ours: 'empty.memory', ...MEMORY_ROW, most: 10 },
    {
      what: 'memory (RSS) with 1 000 services and channels at rest',
      ours: 'with1000.memory',
      ...MEMORY_ROW,
      most: 40,
    },
  ],
};

const FIRST_REQUESTS = { plan: 'fresh', size: 200, warmUp: 0 };
const FIRST_CLIENTS = 10;

const createFirstRequestsSeries = (name) =>
  createSeries(name, async (contestant) => {
    const port = await contestant.request('port');
    const load = new ClosedLoop(port, createCustomerRequests(), { connections: FIRST_CLIENTS });
    return {
      measure: async (count) => ({ p99: calculatePercentile(await load.run(count), 0.99) }),
      close: () => load.close(),
    };
  });

const createFirstCallsSeries = (name) =>
  createSeries(name, (contestant) => async (count) => ({
    p99: calculatePercentile(await contestant.request('latencies', { count, width: FIRST_CLIENTS }), 0.99),
  }));

const FIRST_ROW = { ours: 'bus.p99', peer: 'peer.p99', unit: 'ms' };

export const firstRequests = {
  ...FIRST_REQUESTS,
  series: { bus: createFirstRequestsSeries('trunkline-http'), peer: createFirstRequestsSeries('fastify-http') },
  rows: [{ what: 'first 200 requests of a process, GET channel, p99', ...FIRST_ROW, peerName: 'bare Fastify' }],
};

export const firstCalls = {
  ...FIRST_REQUESTS,
  prepare: prepareUpstream,
  series: { bus: createFirstCallsSeries('trunkline-outgoing'), peer: createFirstCallsSeries('undici-pool') },
  rows: [{ what: 'first 200 outgoing GETs of a process, p99', ...FIRST_ROW, peerName: 'undici `Pool.request`' }],
};
