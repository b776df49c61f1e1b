import type { EventLoopSample } from './event-loop-sample';
import { RequestCost } from './request-cost';

const sample = (part: Partial<EventLoopSample>): EventLoopSample => ({
  busyMs: 0,
  idleMs: 0,
  lateMs: 0,
  completed: 0,
  peakInFlight: 0,
  ...part,
});
const learn = (cost: RequestCost, part: Partial<EventLoopSample>, times = 100) => {
  for (let index = 0; index < times; index += 1) cost.addSample(sample(part), true);
};

describe('The estimated cost of a request', () => {
  it('is one millisecond before the first sample', () => {
    expect(new RequestCost().ms).toBe(1);
  });

  it('is the busy time of the event loop, divided by the completed requests', () => {
    const cost = new RequestCost();

    learn(cost, { busyMs: 20, completed: 2 });

    expect(cost.ms).toBeCloseTo(10, 1);
  });

  it('includes busy time before the first completed request', () => {
    const cost = new RequestCost();

    for (let index = 0; index < 300; index += 1) {
      learn(cost, { busyMs: 20 }, 4);
      learn(cost, { busyMs: 20, completed: 1 }, 1);
    }

    expect(cost.ms).toBeCloseTo(100, 0);
  });

  it('excludes busy time without requests in flight', () => {
    const cost = new RequestCost();
    cost.addSample(sample({ busyMs: 5_000 }), false);

    learn(cost, { busyMs: 2, completed: 2 });

    expect(cost.ms).toBeCloseTo(1, 1);
  });

  it('does not rise on a mostly idle event loop', () => {
    const cost = new RequestCost();

    learn(cost, { busyMs: 8, idleMs: 12, completed: 1 });

    expect(cost.ms).toBe(1);
  });

  it('falls on any event loop, within a few dozen requests', () => {
    const cost = new RequestCost();
    learn(cost, { busyMs: 200, completed: 1 });

    learn(cost, { busyMs: 1, idleMs: 19, completed: 10 }, 10);

    expect(cost.ms).toBeLessThan(10);
  });

  it('is never zero', () => {
    const cost = new RequestCost();

    learn(cost, { idleMs: 20, completed: 100 });

    expect(cost.ms).toBeCloseTo(0.01, 3);
  });
});
