// All groups of rows, by the names that `--only` knows.
import { latency, throughput } from './composite.mjs';
import { clients, get, guarded } from './get.mjs';
import { invoke, scale } from './invoke.mjs';
import { jobs } from './jobs.mjs';
import { concurrency, outgoing } from './outgoing.mjs';
import { overload, shed } from './overload.mjs';
import { idempotency, post, validation } from './post.mjs';
import { upload } from './upload.mjs';
import { firstCalls, firstRequests, start } from './start.mjs';

/**
 * Lists of groups. A group has
 *
 * - `series` by name, each as of `createSeries`;
 * - `rows`: `{ what, ours, peer, peerName, unit, most?, mostOurs?, isDifference? }`. `ours` and `peer` name a figure as `series.figure`; a
 *   peer may be a number. `most` is the limit of ours ÷ peer, or of ours − peer with `isDifference`; `mostOurs` is a limit of ours;
 * - `plan`: its entry in the plans of `run.mjs`, `steady` by default;
 * - `size` and `warmUp`: operations of a turn, as of `collectSamples`; a `long` group has the `size` of its plan;
 * - `prepare(build)`, if its series need a server: returns their context, `undefined` if the server is not installed.
 */
export const GROUPS = {
  get: [get],
  guarded: [guarded],
  clients: [clients],
  post: [post, validation],
  idempotency: [idempotency],
  upload: [upload],
  invoke: [invoke],
  outgoing: [outgoing, concurrency],
  composite: [throughput, latency],
  jobs,
  start: [start],
  first: [firstRequests, firstCalls],
  scale: [scale],
  overload: [overload],
  shed: [shed],
};
