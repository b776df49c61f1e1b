// Outgoing calls.
import { createSeries, prepareUpstream } from './series.mjs';

/** CPU time of the calling process per call, with `width` calls at once, as the figure `cpu` in microseconds. */
const createCallSeries = (name, width) =>
  createSeries(name, (contestant) => async (count) => ({
    cpu: await contestant.request('microsPerCall', { count, width }),
  }));

const USUAL_WIDTH = 50;
const USUAL_ROW = { what: 'outgoing GET, CPU per call', ours: 'bus.cpu', unit: 'µs' };

export const outgoing = {
  size: 1_000,
  warmUp: 4_000,
  prepare: prepareUpstream,
  series: {
    bus: createCallSeries('trunkline-outgoing', USUAL_WIDTH),
    undici: createCallSeries('undici-pool', USUAL_WIDTH),
    axios: createCallSeries('nest-axios', USUAL_WIDTH),
  },
  rows: [
    { ...USUAL_ROW, peer: 'undici.cpu', peerName: 'undici `Pool.request`', most: 1.3 },
    { ...USUAL_ROW, peer: 'axios.cpu', peerName: '@nestjs/axios + axios-retry', most: 0.1 },
  ],
};

/** One process for all widths: the widths are measured one after the other, the widest last, because its connections stay open. */
const WIDTHS = [1, 10, 100, 1_000];

const createWidthSeries = (name) =>
  createSeries(name, (contestant) => async (count) => {
    const figures = {};
    for (const width of WIDTHS) figures[`width${width}`] = await contestant.request('microsPerCall', { count, width });
    return figures;
  });

const createWidthRow = (width) => ({
  what: `outgoing GET, ${formatCount(width)} at once, CPU per call`,
  ours: `bus.width${width}`,
  peer: `undici.width${width}`,
  peerName: 'undici `Pool.request`',
  unit: 'µs',
  most: 1.3,
});

export const concurrency = {
  size: 1_000,
  warmUp: 2_000,
  prepare: prepareUpstream,
  series: { bus: createWidthSeries('trunkline-outgoing'), undici: createWidthSeries('undici-pool') },
  rows: WIDTHS.map(createWidthRow),
};

function formatCount(count) {
  return count.toLocaleString('en').replace(',', ' ');
}
