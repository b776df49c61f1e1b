// Bodies that are not kept in memory.
import { uploadZeros } from '../load/upload.mjs';
import { createSeries } from './series.mjs';

const MEBIBYTE = 1_048_576;
/** Independent of the size of the body: buffers of sockets and streams until the garbage collector runs. */
const MAX_GROWTH_MB = 64;

/** The memory that one upload of `count` MiB needs, in megabytes beyond that of the idle bus. */
const streamed = createSeries('trunkline-http', async (contestant) => {
  const port = await contestant.request('port');
  return async (count) => {
    const before = await contestant.request('megabytes');
    await uploadZeros(port, '/archive', count * MEBIBYTE);
    return { growth: (await contestant.request('peakMegabytes')) - before };
  };
});

export const upload = {
  plan: 'fresh',
  size: 1_024,
  warmUp: 0,
  series: { streamed },
  rows: [
    {
      what: 'upload of 1 GiB, read as a stream: growth of the process',
      ours: 'streamed.growth',
      peer: MAX_GROWTH_MB,
      peerName: 'the limit',
      unit: 'MB',
      most: 1,
    },
  ],
};
