// The rows of the table: what is measured, its peer, and its target.
import { createBusOnDisk } from './bus-on-disk.mjs';
import { createGetRequest, createKeyedPostRequest, ClosedLoop, createPostRequest } from './closed-loop.mjs';
import { Contestant, measureInTurns } from './measure.mjs';
import { OpenLoop } from './open-loop.mjs';
import { startPostgres, startRedis } from './servers.mjs';

const CUSTOMERS = Array.from({ length: 64 }, (_, index) => createGetRequest(`/customers/CUST-${index}`));
const ORDER = {
  customer_id: 'CUST-123',
  items: [
    { sku: 'AB-1000', quantity: 1 },
    { sku: 'AB-2000', quantity: 12 },
    { sku: 'CD-3000', quantity: 3 },
  ],
};

const PAGES = Array.from({ length: 16 }, (_, index) => createGetRequest(`/pages/P-${index}`));

/** Operations per turn. */
const REQUESTS = { size: 1_500, warmUp: 12_000 };
const INVOCATIONS = { size: 100_000, warmUp: 300_000 };
const CHECKS = { size: 20_000, warmUp: 100_000 };
const COMPOSITES = { size: 500, warmUp: 3_000 };
const JOBS = { size: 150, warmUp: 600 };
const OUTGOING_CALLS = { size: 1_000, warmUp: 4_000, width: 50 };

/**
 * Functions that measure a group of rows, by name. A row is `{ what, ours, beside, peer, unit, most, mostOurs?, isDifference? }`: `most`
 * is the limit of ours ÷ peer, or of ours − peer with `isDifference`; `mostOurs` is a limit of ours.
 */
export const GROUPS = {
  get: measureGet,
  guarded: measureGuardedGet,
  post: measurePost,
  idempotency: measureIdempotency,
  invoke: measureInvoke,
  outgoing: measureOutgoing,
  composite: measureComposite,
  jobs: measureJobs,
  start: measureStart,
  scale: measureScale,
  overload: measureOverload,
  shed: measureShedding,
};

async function measureGet(terms) {
  const { bus, bare } = await measureCpuPerRequest(terms, {
    bus: { name: 'trunkline-http', requests: CUSTOMERS },
    bare: { name: 'fastify-http', requests: CUSTOMERS },
  });
  const what = 'GET channel, CPU per request';
  return [{ what, ours: bus, beside: 'bare Fastify', peer: bare, unit: 'µs', most: 1 }];
}

/** The cost of authentication and rate limits. The key is sent to both, so that both read the same headers. */
async function measureGuardedGet(terms) {
  const { closed, open } = await measureCpuPerRequest(terms, {
    closed: { name: 'trunkline-http', requests: createKeyedRequests('/guarded') },
    open: { name: 'trunkline-http', requests: createKeyedRequests('/customers') },
  });
  const what = 'GET channel with `security` and `rateLimit`, CPU per request';
  return [{ what, ours: closed, beside: 'the same without', peer: open, unit: 'µs', most: 1.2 }];
}

function createKeyedRequests(path) {
  return Array.from({ length: 64 }, (_, index) =>
    createGetRequest(`${path}/CUST-${index}`, { 'x-api-key': 'bench-key-1' }),
  );
}

async function measurePost(terms) {
  const { byClass, byHand, bare } = await measureCpuPerRequest(terms, {
    byClass: { name: 'trunkline-http', requests: [createPostRequest('/orders', ORDER)] },
    byHand: { name: 'trunkline-http', requests: [createPostRequest('/orders-by-hand', ORDER)] },
    bare: { name: 'fastify-http', requests: [createPostRequest('/orders', ORDER)] },
  });
  const row = { beside: 'bare Fastify + ajv', peer: bare, unit: 'µs', most: 1.15 };
  const checked = await measureOrderCheck(terms);
  return [
    { what: 'POST channel, input by class-validator, CPU per request', ours: byClass, ...row },
    { what: 'POST channel, input by a Standard Schema, CPU per request', ours: byHand, ...row },
    checked,
  ];
}

async function measureOrderCheck(terms) {
  const contestant = await Contestant.start('class-check', terms);
  const nanosOf = (skill) => (count) => contestant.request(skill, { order: ORDER, count });
  const { ours, peer } = await measureInTurns(
    { ours: nanosOf('compiled'), peer: nanosOf('asTheyCome') },
    { ...terms, ...CHECKS },
  );
  await contestant.end();
  const what = 'validation of an order by its class';
  return { what, ours, beside: 'class-transformer + class-validator', peer, unit: 'ns', most: 0.15, mostOurs: 2_000 };
}

async function measureIdempotency(terms) {
  const { keyed, plain } = await measureCpuPerRequest(terms, {
    keyed: { name: 'trunkline-http', requests: [createKeyedPostRequest('/orders-once', ORDER)] },
    plain: { name: 'trunkline-http', requests: [createPostRequest('/orders', ORDER)] },
  });
  const what = 'POST with an Idempotency-Key, records in memory, CPU per request';
  return [{ what, ours: keyed, beside: 'the same without', peer: plain, unit: 'µs', most: 1.2 }];
}

async function measureInvoke(terms) {
  const env = { BENCH_SERVICES: '10', BENCH_CONFIG: createBusOnDisk(0) };
  const [bus, broker] = await startAll([
    ['trunkline-invoke', { ...terms, env }],
    ['moleculer-call', terms],
  ]);
  const nanosOf = (one, callee) => (count) => one.request('nanosPerCall', { callee, count });
  const compare = (callee) =>
    measureInTurns({ bus: nanosOf(bus, callee), broker: nanosOf(broker, callee) }, { ...terms, ...INVOCATIONS });
  const atOnce = await compare('atOnce');
  const asynchronous = await compare('asynchronous');
  await endAll([bus, broker]);
  const row = { beside: 'moleculer `broker.call`', unit: 'ns', most: 0.5, mostOurs: 400 };
  return [
    { what: '`invoke` by name, synchronous callee', ours: atOnce.bus, peer: atOnce.broker, ...row },
    { what: '`invoke` by name, asynchronous callee', ours: asynchronous.bus, peer: asynchronous.broker, ...row },
  ];
}

async function measureOutgoing(terms) {
  const upstream = await Contestant.start('upstream');
  const env = { PEER_URL: await upstream.request('url') };
  const names = ['trunkline-outgoing', 'undici-pool', 'nest-axios'];
  const contestants = await startAll(names.map((name) => [name, { ...terms, env }]));
  const { width } = OUTGOING_CALLS;
  const [bus, pool, axios] = contestants.map((one) => (count) => one.request('microsPerCall', { count, width }));
  const { ours, bare, usual } = await measureInTurns(
    { ours: bus, bare: pool, usual: axios },
    { ...terms, ...OUTGOING_CALLS },
  );
  await endAll([...contestants, upstream]);
  const row = { what: 'outgoing GET, CPU per call', ours, unit: 'µs' };
  return [
    { ...row, beside: 'undici `Pool.request`', peer: bare, most: 1.3 },
    { ...row, beside: '@nestjs/axios + axios-retry', peer: usual, most: 0.1 },
  ];
}

/** Throughput as the time per request of a busy server; latency beside the same page by hand, whose slowest branch takes 30 ms. */
async function measureComposite(terms) {
  const upstream = await Contestant.start('upstream');
  const env = { PEER_URL: await upstream.request('url') };
  const contestants = await startAll(['trunkline-http', 'fastify-composite'].map((name) => [name, { ...terms, env }]));
  const ports = await Promise.all(contestants.map((one) => one.request('port')));
  const msEach = (load) => async (count) => {
    const beganMs = performance.now();
    await load.run(count);
    return (performance.now() - beganMs) / count;
  };
  // Three calls each: the number that the bulkhead of a connection allows at once.
  const busy = ports.map((port) => new ClosedLoop(port, PAGES, 20));
  const throughput = await measureInTurns(
    { ours: msEach(busy[0]), peer: msEach(busy[1]) },
    { ...terms, ...COMPOSITES },
  );
  const alone = ports.map((port) => new ClosedLoop(port, [createGetRequest('/slow-page')], 1));
  const latency = await measureInTurns(
    { ours: msEach(alone[0]), peer: msEach(alone[1]) },
    { ...terms, size: 5, warmUp: 20 },
  );
  for (const load of [...busy, ...alone]) load.close();
  await endAll([...contestants, upstream]);
  const micros = { ours: throughput.ours * 1_000, peer: throughput.peer * 1_000, unit: 'µs' };
  const slowest = { ours: latency.ours, peer: latency.peer, unit: 'ms', isDifference: true };
  return [
    { what: 'composite of three, time per request', ...micros, beside: 'Fastify + undici by hand', most: 1.2 },
    { what: 'composite of three, latency', ...slowest, beside: 'by hand: its slowest branch', most: 2 },
  ];
}

/** Job stores, each beside BullMQ with its defaults. BullMQ has no embedded store: its peer is BullMQ on PostgreSQL. */
async function measureJobs(terms) {
  const stores = { Redis: await startRedis('always'), PostgreSQL: await startPostgres() };
  const rows = [];
  for (const [store, url] of Object.entries(stores)) {
    if (url === undefined) console.error(`no rows of jobs on ${store}: it is not on the PATH`);
    else rows.push(...(await measureJobsOnStore(terms, { store, url })));
  }
  if (stores.Redis !== undefined) rows.push(await measureJobsWithDelayedFsync(terms));
  const { PostgreSQL: peer } = stores;
  return peer === undefined ? rows : [...rows, await measureEmbeddedJobs(terms, peer)];
}

/** Redis acknowledges before it writes: the bus waits for the write, BullMQ does not. */
async function measureJobsWithDelayedFsync(terms) {
  const url = await startRedis('everysec');
  const times = await measureJobTimes({ terms, skill: 'microsPerJob', backend: url, peer: url, role: 'all' });
  const what = 'jobs on Redis with `appendfsync everysec`, 20 at a time: time to add and run';
  return { what, ...times, beside: 'bare BullMQ, which may lose jobs', unit: 'µs', most: 1.5 };
}

async function measureJobsOnStore(terms, { store, url }) {
  const row = { beside: 'bare BullMQ', unit: 'µs', most: store === 'Redis' ? 1.05 : 1.11 };
  const added = await measureJobTimes({ terms, skill: 'microsPerAdd', backend: url, peer: url, role: 'http' });
  const run = await measureJobTimes({ terms, skill: 'microsPerJob', backend: url, peer: url, role: 'all' });
  return [
    { what: `jobs on ${store}, one by one: time to add`, ...added, ...row },
    { what: `jobs on ${store}, 20 at a time: time to add and run`, ...run, ...row },
  ];
}

async function measureEmbeddedJobs(terms, peer) {
  const times = await measureJobTimes({ terms, skill: 'microsPerJob', backend: 'embedded', peer, role: 'all' });
  const what = 'jobs embedded, 20 at a time: time to add and run';
  return { what, ...times, beside: 'bare BullMQ on PostgreSQL', unit: 'µs', most: 5 };
}

async function measureJobTimes({ terms, skill, backend, peer, role }) {
  const config = createBusOnDisk(0, { backend, concurrency: 20 });
  const contestants = await startAll([
    ['trunkline-jobs', { ...terms, env: { BENCH_CONFIG: config, JOBS_ROLE: role } }],
    ['bullmq-jobs', { ...terms, env: { JOBS_BACKEND: peer, JOBS_ROLE: role } }],
  ]);
  const [ours, bare] = contestants.map((one) => (count) => one.request(skill, count));
  const times = await measureInTurns({ ours, peer: bare }, { ...terms, ...JOBS });
  await endAll(contestants);
  return times;
}

async function measureStart({ starts, ...terms }) {
  const env = { BENCH_CONFIG: createBusOnDisk(200) };
  const listening = (name, options) => async () => {
    const beganMs = performance.now();
    const contestant = await Contestant.start(name, options);
    const ms = performance.now() - beganMs;
    await contestant.end();
    return ms;
  };
  const { bus, host } = await measureInTurns(
    { bus: listening('trunkline-start', { ...terms, env }), host: listening('nest-start', terms) },
    { ...terms, rounds: starts },
  );
  const what = 'start with 200 services and 200 channels';
  return [{ what, ours: bus, beside: 'empty Nest host', peer: host, unit: 'ms', most: 350, isDifference: true }];
}

async function measureScale(terms) {
  const config = { BENCH_CONFIG: createBusOnDisk(0) };
  const contestants = await startAll([
    ['trunkline-invoke', { ...terms, env: { ...config, BENCH_SERVICES: '10000' } }],
    ['trunkline-invoke', { ...terms, env: { ...config, BENCH_SERVICES: '10' } }],
  ]);
  const [many, few] = contestants.map(
    (one) => (count) => one.request('nanosPerCall', { callee: 'asynchronous', count }),
  );
  const { ours, peer } = await measureInTurns({ ours: many, peer: few }, { ...terms, ...INVOCATIONS });
  await endAll(contestants);
  return [{ what: '`invoke` by name, 10 000 services', ours, beside: '10 services', peer, unit: 'ns', most: 1.1 }];
}

/** 5 ms of work per request. The offered load is a multiple of the throughput of four clients in a closed loop. */
const BURN = createGetRequest('/burn/5');
const OVERLOADS = [
  { times: 2, most: 1.05 },
  { times: 5, most: 1.09 },
  { times: 10, most: 1.11 },
];
const MAX_LATENCY_MS = 250;

/** Measures the time of the server process: the clients need more of the machine than the server. */
async function measureOverload({ rounds, ...terms }) {
  const contestant = await Contestant.start('trunkline-http', terms);
  const port = await contestant.request('port');
  const offer = async (times) => {
    const before = await measureCapacity(contestant, port);
    const clients = new OpenLoop(port, BURN);
    const beganAt = await contestant.request('ownMicros');
    const figures = await clients.offer(Math.round(before.perSecond * times), rounds);
    const ownMicros = (await contestant.request('ownMicros')) - beganAt;
    clients.close();
    return { ...figures, ours: ownMicros / figures.done, peer: before.microsEach };
  };
  // The first thousand requests of a bus may wait longer.
  await measureCapacity(contestant, port, 1_000);
  const rows = [];
  for (const { times, most } of OVERLOADS) {
    const { ours, peer, p99 } = await offer(times);
    const what = `offered ${times} × the load`;
    rows.push({ what: `${what}: time per completed request`, ours, beside: 'without it', peer, unit: 'µs', most });
    rows.push({
      what: `${what}: p99 of completed requests`,
      ours: p99,
      beside: 'the limit',
      peer: MAX_LATENCY_MS,
      unit: 'ms',
      most: 1,
    });
  }
  const { refused, lost } = await offer(0.8);
  await contestant.end();
  const what = 'afterwards, 0.8 × the load: failed requests';
  return [
    ...rows,
    { what, ours: refused + lost, beside: 'none', peer: 0, unit: 'requests', most: 0, isDifference: true },
  ];
}

/** The throughput of four clients in a closed loop. */
async function measureCapacity(contestant, port, count = 500) {
  const load = new ClosedLoop(port, [BURN], 4);
  await load.run(200);
  const beganMs = performance.now();
  const beganAt = await contestant.request('ownMicros');
  await load.run(count);
  const microsEach = ((await contestant.request('ownMicros')) - beganAt) / count;
  load.close();
  return { microsEach, perSecond: (count * 1_000) / (performance.now() - beganMs) };
}

async function measureShedding(terms) {
  const full = { ...terms, env: { BENCH_IN_FLIGHT: '1' } };
  const [refusing, serving] = await startAll([
    ['trunkline-http', full],
    ['trunkline-http', terms],
  ]);
  const ports = await Promise.all([refusing, serving].map((one) => one.request('port')));
  const holding = new ClosedLoop(ports[0], [createGetRequest('/burn/0/after/600000')], 1);
  // Its response comes after the end of the bench.
  holding.run(1).catch(() => undefined);
  while ((await fetch(`http://127.0.0.1:${ports[0]}/customers/1`)).status !== 503);
  const loads = [new ClosedLoop(ports[0], CUSTOMERS, 50, 503), new ClosedLoop(ports[1], CUSTOMERS)];
  const turn = (contestant, load) => async (count) => {
    const before = await contestant.request('cpuMicros');
    await load.run(count);
    return ((await contestant.request('cpuMicros')) - before) / count;
  };
  const { ours, peer } = await measureInTurns(
    { ours: turn(refusing, loads[0]), peer: turn(serving, loads[1]) },
    { ...terms, ...REQUESTS },
  );
  for (const load of [...loads, holding]) load.close();
  await endAll([refusing, serving]);
  return [{ what: 'a rejected request, CPU', ours, beside: 'GET channel', peer, unit: 'µs', most: 1, mostOurs: 50 }];
}

/** CPU time of servers per request, in microseconds, by name. */
async function measureCpuPerRequest(terms, served) {
  const entries = Object.entries(served);
  const contestants = await startAll(entries.map(([, { name }]) => [name, terms]));
  const ports = await Promise.all(contestants.map((contestant) => contestant.request('port')));
  const loads = entries.map(([, { requests }], index) => new ClosedLoop(ports[index], requests));
  const turn = (index) => async (count) => {
    const before = await contestants[index].request('cpuMicros');
    await loads[index].run(count);
    return ((await contestants[index].request('cpuMicros')) - before) / count;
  };
  const turns = Object.fromEntries(entries.map(([key], index) => [key, turn(index)]));
  const medians = await measureInTurns(turns, { ...terms, ...REQUESTS });
  for (const load of loads) load.close();
  await endAll(contestants);
  return medians;
}

function startAll(all) {
  return Promise.all(all.map(([name, options]) => Contestant.start(name, options)));
}

function endAll(contestants) {
  return Promise.all(contestants.map((contestant) => contestant.end()));
}
