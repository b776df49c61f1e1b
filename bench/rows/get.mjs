// GET channels.
import { ClosedLoop } from '../load/closed-loop.mjs';
import { createGetRequest } from '../load/requests.mjs';
import { createCpuMeter, createSeries, createServerSeries, REQUESTS } from './series.mjs';

const IDLE_CLIENTS = 1_000;

/** The requests of most rows of GET channels. */
export const createCustomerRequests = () =>
  Array.from({ length: 64 }, (_, index) => createGetRequest(`/customers/CUST-${index}`));

export const get = {
  ...REQUESTS,
  series: {
    bus: createServerSeries('trunkline-http', createCustomerRequests),
    fastify: createServerSeries('fastify-http', createCustomerRequests),
  },
  rows: [
    {
      what: 'GET channel, CPU per request',
      ours: 'bus.cpu',
      peer: 'fastify.cpu',
      peerName: 'bare Fastify',
      unit: 'µs',
      most: 1,
    },
  ],
};

/** The key is sent to both, so that both read the same headers. */
const createKeyedRequests = (path) => () =>
  Array.from({ length: 64 }, (_, index) => createGetRequest(`${path}/CUST-${index}`, { 'x-api-key': 'bench-key-1' }));

export const guarded = {
  ...REQUESTS,
  series: {
    guarded: createServerSeries('trunkline-http', createKeyedRequests('/guarded')),
    open: createServerSeries('trunkline-http', createKeyedRequests('/customers')),
  },
  rows: [
    {
      what: 'GET channel with `security` and `rateLimit`, CPU per request',
      ours: 'guarded.cpu',
      peer: 'open.cpu',
      peerName: 'the same without',
      unit: 'µs',
      most: 1.2,
    },
  ],
};

/** A server with `idle` more clients. Each of them sends one request before each turn, so that its connection stays open. */
function createCrowdSeries(idle) {
  return createSeries('trunkline-http', async (contestant) => {
    const port = await contestant.request('port');
    const crowd = new ClosedLoop(port, createCustomerRequests(), { connections: idle });
    const load = new ClosedLoop(port, createCustomerRequests());
    const measureCpu = createCpuMeter(contestant, load);
    return {
      async measure(count) {
        await crowd.run(idle);
        const { cpu } = await measureCpu(count);
        return { cpu, memory: await contestant.request('megabytes') };
      },
      close() {
        crowd.close();
        load.close();
      },
    };
  });
}

export const clients = {
  ...REQUESTS,
  series: { crowded: createCrowdSeries(IDLE_CLIENTS), quiet: createCrowdSeries(0) },
  rows: [
    {
      what: 'GET channel with 1 000 idle keep-alive clients, CPU per request',
      ours: 'crowded.cpu',
      peer: 'quiet.cpu',
      peerName: 'the same without',
      unit: 'µs',
    },
    {
      what: 'memory (RSS) with 1 000 idle keep-alive clients',
      ours: 'crowded.memory',
      peer: 'quiet.memory',
      peerName: 'the same without',
      unit: 'MB',
      isDifference: true,
    },
  ],
};
