// A composite of three branches.
import { ClosedLoop } from '../load/closed-loop.mjs';
import { createGetRequest } from '../load/requests.mjs';
import { createSeries, prepareUpstream } from './series.mjs';

const PAGES = Array.from({ length: 16 }, (_, index) => createGetRequest(`/pages/P-${index}`));
const SLOW_PAGE = createGetRequest('/slow-page');
const CLIENTS = 20;

/** Wall-clock time per request of a busy server, as the figure `throughput` in microseconds. */
const createBusySeries = (name) =>
  createSeries(name, async (contestant) => {
    const load = new ClosedLoop(await contestant.request('port'), PAGES, { connections: CLIENTS });
    return {
      measure: async (count) => ({ throughput: (await measureMs(load, count)) * 1_000 }),
      close: () => load.close(),
    };
  });

/** Wall-clock time of one request at a time, whose slowest branch takes 30 ms, as the figure `latency` in milliseconds. */
const createAloneSeries = (name) =>
  createSeries(name, async (contestant) => {
    const load = new ClosedLoop(await contestant.request('port'), [SLOW_PAGE], { connections: 1 });
    return { measure: async (count) => ({ latency: await measureMs(load, count) }), close: () => load.close() };
  });

async function measureMs(load, count) {
  const beganMs = performance.now();
  await load.run(count);
  return (performance.now() - beganMs) / count;
}

export const throughput = {
  size: 500,
  warmUp: 3_000,
  prepare: prepareUpstream,
  series: { bus: createBusySeries('trunkline-http'), byHand: createBusySeries('fastify-composite') },
  rows: [
    {
      what: 'composite of three, time per request',
      ours: 'bus.throughput',
      peer: 'byHand.throughput',
      peerName: 'Fastify + undici by hand',
      unit: 'µs',
      most: 1.2,
    },
  ],
};

export const latency = {
  size: 5,
  warmUp: 20,
  prepare: prepareUpstream,
  series: { bus: createAloneSeries('trunkline-http'), byHand: createAloneSeries('fastify-composite') },
  rows: [
    {
      what: 'composite of three, latency',
      ours: 'bus.latency',
      peer: 'byHand.latency',
      peerName: 'by hand: its slowest branch',
      unit: 'ms',
      most: 2,
      isDifference: true,
    },
  ],
};
