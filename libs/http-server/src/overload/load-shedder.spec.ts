import type { IncomingMessage, ServerResponse } from 'node:http';
import { finishResponse, createExchange, FakeEventLoop } from './fake-event-loop.fixture';
import { LoadShedder } from './load-shedder';
import type { OverloadLimits } from './overload-options';

/** An overload of twice the capacity: a request of 10 ms each 5 ms. */
const COST_MS = 10;
const EVERY_MS = 5;

describe('The load shedder', () => {
  let loop: FakeEventLoop;
  let shedder: LoadShedder;
  let started: [IncomingMessage, ServerResponse][];
  let rejected: ServerResponse[];
  const start = (
    limits: Partial<OverloadLimits> = {},
    work: (response: ServerResponse) => unknown = () => undefined,
  ) => {
    started = [];
    rejected = [];
    shedder = new LoadShedder(
      { eventLoopDelay: 100, inFlight: 1_000, ...limits },
      (request, response) => {
        started.push([request, response]);
        work(response);
      },
      (_request, response) => rejected.push(response),
      loop,
    );
  };
  /** Spends CPU time synchronously. */
  const burn = (response: ServerResponse) => {
    loop.spendCpu(COST_MS);
    response.end();
  };
  const send = (count = 1) => {
    for (let index = 0; index < count; index += 1) shedder.admit(...createExchange());
  };
  /** Handles the first thousand requests, which may wait longer. */
  const warmUp = () => {
    for (let index = 0; index < 1_000; index += 1) {
      send();
      loop.runTick(0);
    }
    loop.runIdleTicks(1_000);
    started = [];
  };
  /** Overloads the event loop for the given time. */
  const overload = (ms: number) => {
    const endMs = loop.nowMs() + ms;
    let offeredAtMs = loop.nowMs();
    while (loop.nowMs() < endMs) {
      for (; offeredAtMs < loop.nowMs(); offeredAtMs += EVERY_MS) send();
      loop.runTick(0.5);
    }
  };
  beforeEach(() => {
    jest.useFakeTimers();
    loop = new FakeEventLoop();
  });
  afterEach(() => {
    shedder.close();
    jest.useRealTimers();
  });

  it('starts requests on arrival', () => {
    start();
    loop.runIdleTicks(1);

    send(5);

    expect(started).toHaveLength(5);
  });

  it('queues requests that arrive after 10 ms of work in a tick, and starts them in the next ticks', () => {
    start({}, burn);
    loop.runIdleTicks(1);

    send(3);
    expect(started).toHaveLength(1);
    loop.runTick(0);
    loop.runTick(0);

    expect(started).toHaveLength(3);
  });

  it('starts queued requests in the order of their arrival', () => {
    const sent = Array.from({ length: 4 }, createExchange);
    start({}, burn);

    for (const [request, response] of sent) shedder.admit(request, response);
    for (let index = 0; index < 8; index += 1) loop.runTick(0);

    expect(started.map(([request]) => request)).toEqual(sent.map(([request]) => request));
  });

  it('sheds requests beyond the limit of requests in flight at once', () => {
    start({ inFlight: 2 });
    loop.runIdleTicks(1);

    send(3);
    const [[, first] = []] = started;
    if (first) finishResponse(first);
    send();

    expect(rejected).toHaveLength(1);
    expect(started).toHaveLength(3);
  });

  it('sheds no request of a burst', () => {
    start({}, burn);
    warmUp();

    send(20);
    for (let index = 0; index < 40; index += 1) loop.runTick(0);

    expect(rejected).toHaveLength(0);
    expect(started).toHaveLength(20);
  });

  it('sheds requests that would wait too long in a standing queue, and handles the others', () => {
    start({}, burn);
    warmUp();

    overload(3_000);

    expect(started.length).toBeGreaterThan(270);
    expect(rejected.length).toBeGreaterThan(250);
  });

  it('sheds no sequential request after the overload', () => {
    start({}, burn);
    warmUp();
    overload(2_000);
    loop.runIdleTicks(1_000);
    rejected = [];

    for (let index = 0; index < 20; index += 1) {
      send();
      loop.runIdleTicks(10);
    }

    expect(rejected).toHaveLength(0);
  });

  it('queues simultaneous requests that work after an asynchronous wait', () => {
    let isBurning = true;
    start({}, (response) => isBurning && burn(response));
    warmUp();
    isBurning = false;

    send(50);

    expect(started).toHaveLength(4);
  });

  it('starts those one by one, at the speed of the event loop', () => {
    let isBurning = true;
    start({}, (response) => isBurning && burn(response));
    warmUp();
    isBurning = false;

    send(50);
    for (let index = 0; index < 40; index += 1) loop.runTick(2);

    expect(started.length).toBeGreaterThan(8);
    expect(started.length).toBeLessThan(16);
  });

  it('drops a queued request whose client has disconnected', () => {
    start({}, burn);
    loop.runIdleTicks(1);
    send();
    const [request, response] = createExchange();
    shedder.admit(request, response);

    request.socket.destroy();
    loop.runTick(0);
    loop.runTick(0);

    expect(started).toHaveLength(1);
  });
});
