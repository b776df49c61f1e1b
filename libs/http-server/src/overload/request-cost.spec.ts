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

describe('What a request costs', () => {
  it('is a millisecond until it is known', () => {
    expect(new RequestCost().ms).toBe(1);
  });

  it('is the work of a busy loop, shared among those that it answered', () => {
    const cost = new RequestCost();

    learn(cost, { busyMs: 20, completed: 2 });

    expect(cost.ms).toBeCloseTo(10, 1);
  });

  it('has in it what the loop did while nobody was answered yet', () => {
    const cost = new RequestCost();

    for (let index = 0; index < 300; index += 1) {
      learn(cost, { busyMs: 20 }, 4);
      learn(cost, { busyMs: 20, completed: 1 }, 1);
    }

    expect(cost.ms).toBeCloseTo(100, 0);
  });

  it('has nothing in it of what the loop did while no request was under way', () => {
    const cost = new RequestCost();
    cost.addSample(sample({ busyMs: 5_000 }), false);

    learn(cost, { busyMs: 2, completed: 2 });

    expect(cost.ms).toBeCloseTo(1, 1);
  });

  it('does not rise on a loop that has time: it does other things, too', () => {
    const cost = new RequestCost();

    learn(cost, { busyMs: 8, idleMs: 12, completed: 1 });

    expect(cost.ms).toBe(1);
  });

  it('falls on any loop, within a few dozen requests', () => {
    const cost = new RequestCost();
    learn(cost, { busyMs: 200, completed: 1 });

    learn(cost, { busyMs: 1, idleMs: 19, completed: 10 }, 10);

    expect(cost.ms).toBeLessThan(10);
  });

  it('is never nothing', () => {
    const cost = new RequestCost();

    learn(cost, { idleMs: 20, completed: 100 });

    expect(cost.ms).toBeCloseTo(0.01, 3);
  });
});
