import type { LoopSample } from './loop-sample';
import { RequestCost } from './request-cost';

const sample = (part: Partial<LoopSample>): LoopSample => ({
  busyMs: 0,
  idleMs: 0,
  lateMs: 0,
  done: 0,
  peak: 0,
  ...part,
});
const learn = (cost: RequestCost, part: Partial<LoopSample>, times = 100) => {
  for (let index = 0; index < times; index += 1) cost.learn(sample(part), true);
};

describe('What a request costs', () => {
  it('is a millisecond until it is known', () => {
    expect(new RequestCost().ms).toBe(1);
  });

  it('is the work of a busy loop, shared among those that it answered', () => {
    const cost = new RequestCost();

    learn(cost, { busyMs: 20, done: 2 });

    expect(cost.ms).toBeCloseTo(10, 1);
  });

  it('has in it what the loop did while nobody was answered yet', () => {
    const cost = new RequestCost();

    for (let index = 0; index < 300; index += 1) {
      learn(cost, { busyMs: 20 }, 4);
      learn(cost, { busyMs: 20, done: 1 }, 1);
    }

    expect(cost.ms).toBeCloseTo(100, 0);
  });

  it('has nothing in it of what the loop did while no request was under way', () => {
    const cost = new RequestCost();
    cost.learn(sample({ busyMs: 5_000 }), false);

    learn(cost, { busyMs: 2, done: 2 });

    expect(cost.ms).toBeCloseTo(1, 1);
  });

  it('does not rise on a loop that has time: it does other things, too', () => {
    const cost = new RequestCost();

    learn(cost, { busyMs: 8, idleMs: 12, done: 1 });

    expect(cost.ms).toBe(1);
  });

  it('falls on any loop, within a few dozen requests', () => {
    const cost = new RequestCost();
    learn(cost, { busyMs: 200, done: 1 });

    learn(cost, { busyMs: 1, idleMs: 19, done: 10 }, 10);

    expect(cost.ms).toBeLessThan(10);
  });

  it('is never nothing', () => {
    const cost = new RequestCost();

    learn(cost, { idleMs: 20, done: 100 });

    expect(cost.ms).toBeCloseTo(0.01, 3);
  });
});
