import type { ServerResponse } from 'node:http';
import { finishResponse, createExchange, FakeEventLoop } from './fake-event-loop.fixture';
import { CpuBacklog } from './cpu-backlog';

describe('The CPU backlog', () => {
  let loop: FakeEventLoop;
  let backlog: CpuBacklog;
  const start = (inFlight = 1_000) => {
    backlog = new CpuBacklog({ inFlight, eventLoopDelay: 100 }, loop);
  };
  const startRequests = (count: number): ServerResponse[] =>
    Array.from({ length: count }, () => {
      const [request, response] = createExchange();
      request.method = 'GET';
      backlog.track(request, response);
      return response;
    });
  /** Sends sequential requests of 10 ms each, from which the cost is learned. */
  const learnCost = () => {
    for (let index = 0; index < 200; index += 1) {
      const [response] = startRequests(1);
      loop.spendCpu(10);
      if (response) finishResponse(response);
      loop.runTick(0);
    }
  };
  beforeEach(() => {
    jest.useFakeTimers();
    loop = new FakeEventLoop();
    start();
  });
  afterEach(() => {
    backlog.close();
    jest.useRealTimers();
  });

  it('does not count a request that has been released, such as a stream', () => {
    start(2);
    const [first, second] = startRequests(2);
    if (!first || !second) throw new TypeError('expected two responses');
    backlog.release(first);
    backlog.release(first);

    expect(backlog.isFull).toBe(false);
    startRequests(1);
    expect(backlog.isFull).toBe(true);
    finishResponse(first);

    expect(backlog.isFull).toBe(true);
    finishResponse(second);

    expect(backlog.isFull).toBe(false);
  });

  it('is full at the configured limit, until a request is completed or its client disconnects', () => {
    start(2);
    const [first, second] = startRequests(2);

    expect(backlog.isFull).toBe(true);
    first?.emit('close');
    expect(backlog.isFull).toBe(false);
    startRequests(1);
    if (second) finishResponse(second);
    expect(backlog.isFull).toBe(false);
  });

  it('learns the cost of requests that work after an asynchronous wait', () => {
    learnCost();

    expect(backlog.requestCostMs).toBeCloseTo(10, 0);
  });

  it('is exceeded by started requests of more than 20 ms of work', () => {
    learnCost();

    startRequests(4);

    expect(backlog.isExceeded(loop.nowMs())).toBe(true);
  });

  it('is not exceeded by requests whose bodies have not arrived, however many', () => {
    learnCost();
    const requests = Array.from({ length: 100 }, () => {
      const [request, response] = createExchange();
      request.method = 'POST';
      request.headers['content-length'] = '10';
      backlog.track(request, response);
      return request;
    });

    expect(backlog.isExceeded(loop.nowMs())).toBe(false);
    for (const request of requests) request.emit('end');
    expect(backlog.isExceeded(loop.nowMs())).toBe(true);
  });

  it('is never exceeded by three requests, whatever they cost', () => {
    learnCost();

    startRequests(3);

    expect(backlog.isExceeded(loop.nowMs())).toBe(false);
  });

  it('is drained by the event loop, four times as fast by an idle one', () => {
    learnCost();
    startRequests(5);

    loop.spendCpu(5);
    expect(backlog.isExceeded(loop.nowMs())).toBe(true);
    loop.runIdleTicks(3);

    expect(backlog.isExceeded(loop.nowMs())).toBe(false);
  });

  it('is not exceeded by many requests that only wait', () => {
    for (let index = 0; index < 50; index += 1) {
      for (const response of startRequests(10)) finishResponse(response);
      loop.runIdleTicks(20);
    }

    startRequests(500);

    expect(backlog.isExceeded(loop.nowMs())).toBe(false);
  });

  it('is exceeded while ticks are longer than the maximum wait, as its estimate was wrong', () => {
    const responses = startRequests(20);
    loop.spendCpu(200);
    for (const response of responses.slice(10)) finishResponse(response);
    loop.runTick(0);

    expect(backlog.isExceeded(loop.nowMs())).toBe(true);
    expect(backlog.tickMs).toBeCloseTo(180);
  });

  it('reports saturation of an event loop that is busy for some tenths of a second, until it is idle', () => {
    for (let index = 0; index < 30; index += 1) loop.runTick(20);
    expect(backlog.isSaturated).toBe(true);

    loop.runIdleTicks(100);

    expect(backlog.isSaturated).toBe(false);
  });

  it('does not count CPU time of other processes as lateness', () => {
    const responses = startRequests(20);
    loop.preempt(1_000);
    for (const response of responses.slice(10)) finishResponse(response);
    loop.preempt(1_000);

    expect(backlog.tickMs).toBe(0);
    expect(backlog.isSaturated).toBe(false);
  });
});
