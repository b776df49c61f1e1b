import type { ServerResponse } from 'node:http';
import { answered, exchangeOfNobody, HandLoop } from './hand-loop.fixture';
import { WorkUnderWay } from './work-under-way';

describe('The work under way', () => {
  let loop: HandLoop;
  let work: WorkUnderWay;
  const start = (inFlight = 1_000) => {
    work = new WorkUnderWay({ inFlight, eventLoopDelay: 100 }, loop);
  };
  const begin = (count: number): ServerResponse[] =>
    Array.from({ length: count }, () => {
      const [request, response] = exchangeOfNobody();
      request.method = 'GET';
      work.count(request, response);
      return response;
    });
  /** Requests that take 10 ms each, one after the other. */
  const teach = () => {
    for (let index = 0; index < 200; index += 1) {
      const [one] = begin(1);
      loop.burn(10);
      if (one) answered(one);
      loop.work(0);
    }
  };
  beforeEach(() => {
    jest.useFakeTimers();
    loop = new HandLoop();
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
    if (second) answered(second);
    expect(work.isFull).toBe(false);
  });

  it('knows what a request costs that works after it has waited', () => {
    teach();

    expect(work.costMs).toBeCloseTo(10, 0);
  });

  it('is ahead of the loop when more is begun than 20 ms of work', () => {
    teach();

    begin(4);

    expect(work.isAhead(loop.nowMs())).toBe(true);
  });

  it('is not ahead with requests whose bodies have not come, however many', () => {
    teach();
    const requests = Array.from({ length: 100 }, () => {
      const [request, response] = exchangeOfNobody();
      request.method = 'POST';
      request.headers['content-length'] = '10';
      work.count(request, response);
      return request;
    });

    expect(work.isAhead(loop.nowMs())).toBe(false);
    for (const request of requests) request.emit('end');
    expect(work.isAhead(loop.nowMs())).toBe(true);
  });

  it('is never ahead with three, whatever they cost', () => {
    teach();

    begin(3);

    expect(work.isAhead(loop.nowMs())).toBe(false);
  });

  it('is paid off by the loop, and four times as fast by one that is idle', () => {
    teach();
    begin(5);

    loop.burn(5);
    expect(work.isAhead(loop.nowMs())).toBe(true);
    loop.idle(3);

    expect(work.isAhead(loop.nowMs())).toBe(false);
  });

  it('is not ahead with many requests that only wait', () => {
    for (let index = 0; index < 50; index += 1) {
      for (const response of begin(10)) answered(response);
      loop.idle(20);
    }

    begin(500);

    expect(work.isAhead(loop.nowMs())).toBe(false);
  });

  it('is ahead while turns are longer than a request may wait, as its estimate was wrong', () => {
    const responses = begin(20);
    loop.burn(200);
    for (const response of responses.slice(10)) answered(response);
    loop.work(0);

    expect(work.isAhead(loop.nowMs())).toBe(true);
    expect(work.turnMs).toBeCloseTo(180);
  });

  it('saturates a loop that is busy for some tenths of a second, and no longer than that', () => {
    for (let index = 0; index < 30; index += 1) loop.work(20);
    expect(work.isSaturated).toBe(true);

    loop.idle(100);

    expect(work.isSaturated).toBe(false);
  });

  it('is not said to be late when other processes have the CPU', () => {
    const responses = begin(20);
    loop.wait(1_000);
    for (const response of responses.slice(10)) answered(response);
    loop.wait(1_000);

    expect(work.turnMs).toBe(0);
    expect(work.isSaturated).toBe(false);
  });
});
