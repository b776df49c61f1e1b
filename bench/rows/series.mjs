// Series that several groups measure.
import { ClosedLoop } from '../load/closed-loop.mjs';

/** Requests per turn. */
export const REQUESTS = { size: 1_500, warmUp: 12_000 };

/**
 * Creates a series: `open(build, context)` starts its process and resolves with `{ measure, close }` as of `collectSamples`; `context` is
 * that of `prepare` of the group.
 *
 * @param name - a file of `contestants/`
 * @param createMeter - receives the process and `context`; returns `measure`, or `{ measure, close }`
 * @param findOptions - receives the build and `context`; resolves with the options of `build.start`
 */
export function createSeries(name, createMeter, findOptions = findUpstreamOptions) {
  return {
    async open(build, context) {
      const contestant = await build.start(name, await findOptions(build, context));
      const meter = await createMeter(contestant, context);
      const { measure, close = () => undefined } = typeof meter === 'function' ? { measure: meter } : meter;
      return {
        measure,
        async close() {
          close();
          await contestant.end();
        },
      };
    },
  };
}

async function findUpstreamOptions(_build, { env }) {
  return { env };
}

/**
 * The CPU time of a server per request, as the figure `cpu` in microseconds.
 *
 * @param createRequests - creates the requests of one sitting
 */
export function createServerSeries(name, createRequests) {
  return createSeries(name, async (contestant) => {
    const load = new ClosedLoop(await contestant.request('port'), createRequests());
    return { measure: createCpuMeter(contestant, load), close: () => load.close() };
  });
}

/** Creates a function that measures the CPU time of a server per request of `load`, as the figure `cpu`. */
export function createCpuMeter(contestant, load) {
  return async (count) => {
    const before = await contestant.request('cpuMicros');
    await load.run(count);
    return { cpu: ((await contestant.request('cpuMicros')) - before) / count };
  };
}

/** Starts the upstream of a group, whose URL contestants read from UPSTREAM_URL. */
export async function prepareUpstream(build) {
  const upstream = await build.startUpstream();
  return { env: { UPSTREAM_URL: await upstream.request('url') }, close: () => upstream.end() };
}
