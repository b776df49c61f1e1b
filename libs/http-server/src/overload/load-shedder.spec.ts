import type { IncomingMessage, ServerResponse } from 'node:http';
import { finishResponse, createExchange, FakeEventLoop } from './fake-event-loop.fixture';
import { LoadShedder } from './load-shedder';
import type { OverloadLimits } from './overload-options';

/** What the specs offer, at twice what the loop can do: a request each 5 ms. */
const COST_MS = 10;
const EVERY_MS = 5;

describe('The gate for load', () => {
  let loop: FakeEventLoop;
  let gate: LoadShedder;
  let begun: [IncomingMessage, ServerResponse][];
  let refused: ServerResponse[];
  const start = (
    limits: Partial<OverloadLimits> = {},
    work: (response: ServerResponse) => unknown = () => undefined,
  ) => {
    begun = [];
    refused = [];
    gate = new LoadShedder(
      { eventLoopDelay: 100, inFlight: 1_000, ...limits },
      (request, response) => {
        begun.push([request, response]);
        work(response);
      },
      (_request, response) => refused.push(response),
      loop,
    );
  };
  /** Work that is done at once. */
  const burn = (response: ServerResponse) => {
    loop.spendCpu(COST_MS);
    response.end();
  };
  const take = (count = 1) => {
    for (let index = 0; index < count; index += 1) gate.admit(...createExchange());
  };
  /** Past the first thousand requests, which may wait longer. */
  const warmUp = () => {
    for (let index = 0; index < 1_000; index += 1) {
      take();
      loop.runTick(0);
    }
    loop.runIdleTicks(1_000);
    begun = [];
  };
  /** Twice the load, for so many milliseconds. */
  const overload = (ms: number) => {
    const endMs = loop.nowMs() + ms;
    let offeredAtMs = loop.nowMs();
    while (loop.nowMs() < endMs) {
      for (; offeredAtMs < loop.nowMs(); offeredAtMs += EVERY_MS) take();
      loop.runTick(0.5);
    }
  };
  beforeEach(() => {
    jest.useFakeTimers();
    loop = new FakeEventLoop();
  });
  afterEach(() => {
    gate.close();
    jest.useRealTimers();
  });

  it('begins requests as they come', () => {
    start();
    loop.runIdleTicks(1);

    take(5);

    expect(begun).toHaveLength(5);
  });

  it('has those wait that come when a turn has been at work for 10 ms, and begins them in the next', () => {
    start({}, burn);
    loop.runIdleTicks(1);

    take(3);
    expect(begun).toHaveLength(1);
    loop.runTick(0);
    loop.runTick(0);

    expect(begun).toHaveLength(3);
  });

  it('begins them in the order in which they came', () => {
    const asked = Array.from({ length: 4 }, createExchange);
    start({}, burn);

    for (const [request, response] of asked) gate.admit(request, response);
    for (let index = 0; index < 8; index += 1) loop.runTick(0);

    expect(begun.map(([request]) => request)).toEqual(asked.map(([request]) => request));
  });

  it('refuses at once what is more than may be under way', () => {
    start({ inFlight: 2 });
    loop.runIdleTicks(1);

    take(3);
    const [[, first] = []] = begun;
    if (first) finishResponse(first);
    take();

    expect(refused).toHaveLength(1);
    expect(begun).toHaveLength(3);
  });

  it('refuses nobody of a burst', () => {
    start({}, burn);
    warmUp();

    take(20);
    for (let index = 0; index < 40; index += 1) loop.runTick(0);

    expect(refused).toHaveLength(0);
    expect(begun).toHaveLength(20);
  });

  it('refuses what would wait too long in a line that stands, and does the rest', () => {
    start({}, burn);
    warmUp();

    overload(3_000);

    expect(begun.length).toBeGreaterThan(270);
    expect(refused.length).toBeGreaterThan(250);
  });

  it('refuses nobody who comes one after the other when the load is gone', () => {
    start({}, burn);
    warmUp();
    overload(2_000);
    loop.runIdleTicks(1_000);
    refused = [];

    for (let index = 0; index < 20; index += 1) {
      take();
      loop.runIdleTicks(10);
    }

    expect(refused).toHaveLength(0);
  });

  it('does not begin at once what will come due at once: those wait in the line that work after they have waited', () => {
    let isBurning = true;
    start({}, (response) => isBurning && burn(response));
    warmUp();
    isBurning = false;

    take(50);

    expect(begun).toHaveLength(4);
  });

  it('begins them one by one, at the speed of the loop', () => {
    let isBurning = true;
    start({}, (response) => isBurning && burn(response));
    warmUp();
    isBurning = false;

    take(50);
    for (let index = 0; index < 40; index += 1) loop.runTick(2);

    expect(begun.length).toBeGreaterThan(8);
    expect(begun.length).toBeLessThan(16);
  });

  it('drops who has left the line', () => {
    start({}, burn);
    loop.runIdleTicks(1);
    take();
    const [request, response] = createExchange();
    gate.admit(request, response);

    request.socket.destroy();
    loop.runTick(0);
    loop.runTick(0);

    expect(begun).toHaveLength(1);
  });
});
