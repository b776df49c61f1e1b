import type { ServerResponse } from 'node:http';
import { finishResponse, createExchange, FakeEventLoop } from './fake-event-loop.fixture';
import { CpuBacklog } from './cpu-backlog';

describe('The work under way', () => {
  let loop: FakeEventLoop;
  let work: CpuBacklog;
  const start = (inFlight = 1_000) => {
    work = new CpuBacklog({ inFlight, eventLoopDelay: 100 }, loop);
  };
  const begin = (count: number): ServerResponse[] =>
    Array.from({ length: count }, () => {
      const [request, response] = createExchange();
      request.method = 'GET';
      work.track(request, response);
      return response;
    });
  /** Requests that take 10 ms each, one after the other. */
  const teach = () => {
    for (let index = 0; index < 200; index += 1) {
      const [one] = begin(1);
      loop.spendCpu(10);
      if (one) finishResponse(one);
      loop.runTick(0);
    }
  };
  beforeEach(() => {
    jest.useFakeTimers();
    loop = new FakeEventLoop();
    start();
  });
  afterEach(() => {
    work.close();
    jest.useRealTimers();
  });

  it('is full with as many as are configured, until one is answered or its client is gone', () => {
    start(2);
    const [first, second] = begin(2);

    expect(work.isFull).toBe(true);
    first?.emit('close');
    expect(work.isFull).toBe(false);
    begin(1);
    if (second) finishResponse(second);
    expect(work.isFull).toBe(false);
  });

  it('knows what a request costs that works after it has waited', () => {
    teach();

    expect(work.requestCostMs).toBeCloseTo(10, 0);
  });

  it('is ahead of the loop when more is begun than 20 ms of work', () => {
    teach();

    begin(4);

    expect(work.isExceeded(loop.nowMs())).toBe(true);
  });

  it('is not ahead with requests whose bodies have not come, however many', () => {
    teach();
    const requests = Array.from({ length: 100 }, () => {
      const [request, response] = createExchange();
      request.method = 'POST';
      request.headers['content-length'] = '10';
      work.track(request, response);
      return request;
    });

    expect(work.isExceeded(loop.nowMs())).toBe(false);
    for (const request of requests) request.emit('end');
    expect(work.isExceeded(loop.nowMs())).toBe(true);
  });

  it('is never ahead with three, whatever they cost', () => {
    teach();

    begin(3);

    expect(work.isExceeded(loop.nowMs())).toBe(false);
  });

  it('is paid off by the loop, and four times as fast by one that is idle', () => {
    teach();
    begin(5);

    loop.spendCpu(5);
    expect(work.isExceeded(loop.nowMs())).toBe(true);
    loop.runIdleTicks(3);

    expect(work.isExceeded(loop.nowMs())).toBe(false);
  });

  it('is not ahead with many requests that only wait', () => {
    for (let index = 0; index < 50; index += 1) {
      for (const response of begin(10)) finishResponse(response);
      loop.runIdleTicks(20);
    }

    begin(500);

    expect(work.isExceeded(loop.nowMs())).toBe(false);
  });

  it('is ahead while turns are longer than a request may wait, as its estimate was wrong', () => {
    const responses = begin(20);
    loop.spendCpu(200);
    for (const response of responses.slice(10)) finishResponse(response);
    loop.runTick(0);

    expect(work.isExceeded(loop.nowMs())).toBe(true);
    expect(work.tickMs).toBeCloseTo(180);
  });

  it('saturates a loop that is busy for some tenths of a second, and no longer than that', () => {
    for (let index = 0; index < 30; index += 1) loop.runTick(20);
    expect(work.isSaturated).toBe(true);

    loop.runIdleTicks(100);

    expect(work.isSaturated).toBe(false);
  });

  it('is not said to be late when other processes have the CPU', () => {
    const responses = begin(20);
    loop.preempt(1_000);
    for (const response of responses.slice(10)) finishResponse(response);
    loop.preempt(1_000);

    expect(work.tickMs).toBe(0);
    expect(work.isSaturated).toBe(false);
  });
});
