// Load shedding.
import { ClosedLoop } from '../load/closed-loop.mjs';
import { OpenLoop } from '../load/open-loop.mjs';
import { createGetRequest } from '../load/requests.mjs';
import { createCustomerRequests } from './get.mjs';
import { createCpuMeter, createSeries, createServerSeries, REQUESTS } from './series.mjs';

/** 5 ms of work per request. The offered load is a multiple of the throughput of four clients in a closed loop. */
const BURN = createGetRequest('/burn/5');
const CLIENTS = 4;
const OVERLOADS = [
  { times: 2, most: 1.05 },
  { times: 5, most: 1.09 },
  { times: 10, most: 1.11 },
];
const MAX_LATENCY_MS = 250;
/** Less than the bus can do: after an overload, it fails no request of it. */
const USUAL_LOAD = 0.8;

/**
 * Figures of a bus under each overload, such as `2x.time`, `2x.usual` and `2x.p99`, and `failed` under the usual load afterwards. A time is
 * that of the server process per completed request, in microseconds: the clients need more of the machine than the server.
 */
const bus = createSeries('trunkline-http', async (contestant) => {
  const port = await contestant.request('port');
  // The first thousand requests of a bus may wait longer.
  await measureCapacity(contestant, port, 1_000);
  return async (seconds) => {
    const figures = {};
    for (const { times } of OVERLOADS) {
      const { time, usual, p99Ms } = await offerLoad(contestant, port, { times, seconds });
      Object.assign(figures, { [`${times}x.time`]: time, [`${times}x.usual`]: usual, [`${times}x.p99`]: p99Ms });
    }
    const { failed } = await offerLoad(contestant, port, { times: USUAL_LOAD, seconds });
    return { ...figures, failed };
  };
});

async function offerLoad(contestant, port, { times, seconds }) {
  const { microsEach, perSecond } = await measureCapacity(contestant, port, 250);
  const clients = new OpenLoop(port, BURN);
  const before = await contestant.request('ownMicros');
  const outcome = await clients.offer(Math.round(perSecond * times), seconds);
  const ownMicros = (await contestant.request('ownMicros')) - before;
  clients.close();
  return { ...outcome, time: ownMicros / outcome.completed, usual: microsEach };
}

async function measureCapacity(contestant, port, count) {
  const load = new ClosedLoop(port, [BURN], { connections: CLIENTS });
  await load.run(50);
  const beganMs = performance.now();
  const before = await contestant.request('ownMicros');
  await load.run(count);
  const microsEach = ((await contestant.request('ownMicros')) - before) / count;
  load.close();
  return { microsEach, perSecond: (count * 1_000) / (performance.now() - beganMs) };
}

const createOverloadRows = ({ times, most }) => [
  {
    what: `offered ${times} × the load: time per completed request`,
    ours: `bus.${times}x.time`,
    peer: `bus.${times}x.usual`,
    peerName: 'without it',
    unit: 'µs',
    most,
  },
  {
    what: `offered ${times} × the load: p99 of completed requests`,
    ours: `bus.${times}x.p99`,
    peer: MAX_LATENCY_MS,
    peerName: 'the limit',
    unit: 'ms',
    most: 1,
  },
];

export const overload = {
  plan: 'long',
  warmUp: 0,
  series: { bus },
  rows: [
    ...OVERLOADS.flatMap(createOverloadRows),
    {
      what: 'afterwards, 0.8 × the load: failed requests',
      ours: 'bus.failed',
      peer: 0,
      peerName: 'none',
      unit: 'requests',
      most: 0,
      isDifference: true,
    },
  ],
};

/** A bus that may have one request in flight, which is waiting: it rejects all others. */
const rejecting = createSeries(
  'trunkline-http',
  async (contestant) => {
    const port = await contestant.request('port');
    const waiting = new ClosedLoop(port, [createGetRequest('/burn/0/after/600000')], { connections: 1 });
    // Its response comes after the end of the benchmark.
    waiting.run(1).catch(() => undefined);
    while ((await fetch(`http://127.0.0.1:${port}/customers/1`)).status !== 503);
    const load = new ClosedLoop(port, createCustomerRequests(), { status: 503 });
    return {
      measure: createCpuMeter(contestant, load),
      close() {
        waiting.close();
        load.close();
      },
    };
  },
  async () => ({ env: { BENCH_IN_FLIGHT: '1' } }),
);

export const shed = {
  ...REQUESTS,
  series: { rejecting, serving: createServerSeries('trunkline-http', createCustomerRequests) },
  rows: [
    {
      what: 'a rejected request, CPU',
      ours: 'rejecting.cpu',
      peer: 'serving.cpu',
      peerName: 'GET channel',
      unit: 'µs',
      most: 1,
      mostOurs: 50,
    },
  ],
};
