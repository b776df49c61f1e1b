import { PassThrough } from 'node:stream';
import { BusError, NotFoundError } from '@trunkline/failures';
import { createLogger } from '@trunkline/telemetry';
import { BusService } from '../declaration/bus-service';
import type { ServiceConstructor } from '../declaration/service-types';
import { Invoker } from '../invocation/invoker';
import type { Outgoing } from '../invocation/outgoing';
import { Service } from '../service';
import { ServiceRegistry } from '../registry/service-registry';
import { optional, required } from './branch';
import type { Plan } from './composite';
import { each } from './each';

const noConnections = Object.create(null) as Outgoing;

/** Returns its input's `value` after `ms`, fails with `status`, or never returns. */
@BusService({ name: 'part' })
class Part extends Service<{ value?: unknown; ms?: number; status?: number; hang?: boolean }> {
  static readonly aborted: unknown[] = [];
  static started = 0;
  static running = 0;
  static mostRunning = 0;

  async handle() {
    const { value, ms = 0, status, hang } = this.request.input;
    Part.started += 1;
    Part.running += 1;
    Part.mostRunning = Math.max(Part.mostRunning, Part.running);
    this.signal.addEventListener('abort', () => Part.aborted.push(value));
    if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
    if (hang) await new Promise(() => undefined);
    Part.running -= 1;
    if (status !== undefined) throw new BusError('thrown by the part', { status });
    return value;
  }
}

@BusService({ name: 'whole' })
class Whole extends Service<() => Plan> {
  handle() {
    return this.compose(this.request.input());
  }
}

@BusService({ name: 'inner' })
class Inner extends Service<() => Plan> {
  async handle() {
    const { data } = await this.compose(this.request.input());
    return data;
  }
}

function aBus() {
  const registry = new ServiceRegistry();
  for (const serviceClass of [Part, Whole, Inner] as ServiceConstructor[]) registry.add(serviceClass);
  const logger = createLogger({ level: 'silent', destination: new PassThrough() });
  const invoker = new Invoker({ registry, logger, createOutgoing: () => noConnections });
  return (plan: () => Plan, timeout: string | number = '10s') => invoker.invoke('whole', plan, { timeout });
}

const failure = (work: Promise<unknown>) => work.catch((thrown: unknown) => thrown);

describe('a composite', () => {
  beforeEach(() => {
    jest.useFakeTimers();
    Part.aborted.length = 0;
    Part.started = 0;
    Part.mostRunning = 0;
    Part.running = 0;
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('returns the values of its branches in the order of the plan', async () => {
    const result = aBus()(() => ({ a: required(Part, { value: 1, ms: 50 }), b: optional(Part, { value: 2 }) }));
    await jest.advanceTimersByTimeAsync(50);

    await expect(result).resolves.toEqual({ complete: true, data: { a: 1, b: 2 }, problems: {} });
  });

  it('runs its branches at once: it takes as long as the slowest', async () => {
    let isDone = false;
    void aBus()(() => ({
      a: required(Part, { ms: 80 }),
      b: required(Part, { ms: 100 }),
      c: optional(Part, { ms: 90 }),
    })).then(() => (isDone = true));

    await jest.advanceTimersByTimeAsync(99);
    expect(isDone).toBe(false);
    await jest.advanceTimersByTimeAsync(1);

    expect(isDone).toBe(true);
  });

  it('omits an optional branch that fails, and reports its problem', async () => {
    const result = aBus()(() => ({ a: required(Part, { value: 1 }), b: optional(Part, { status: 503 }) }));

    await expect(result).resolves.toEqual({
      complete: false,
      data: { a: 1 },
      problems: { b: { code: 'SERVICE_UNAVAILABLE', title: 'thrown by the part', status: 503, outcome: 'missing' } },
    });
  });

  it.each([[null], [0], [''], [false], [[]]])(
    'uses the fallback %j of an optional branch that fails',
    async (fallback) => {
      const result = await aBus()(() => ({ b: optional(Part, { status: 500 }, { fallback }) }));

      expect(result).toMatchObject({
        complete: false,
        data: { b: fallback },
        problems: { b: { outcome: 'fallback' } },
      });
    },
  );

  it('accepts undefined as a fallback', async () => {
    const result = await aBus()(() => ({ b: optional(Part, { status: 500 }, { fallback: undefined }) }));

    expect(result).toMatchObject({ problems: { b: { outcome: 'fallback' } } });
  });

  it('has null for a branch without output', async () => {
    const result = await aBus()(() => ({ a: required(Part, {}), list: each([1], () => optional(Part, {})) }));

    expect(result).toEqual({ complete: true, data: { a: null, list: [null] }, problems: {} });
  });

  it('succeeds when all optional branches fail', async () => {
    await expect(
      aBus()(() => ({ a: optional(Part, { status: 500 }), b: optional(Part, { status: 500 }) })),
    ).resolves.toMatchObject({ complete: false, data: {} });
  });

  it('fails as soon as a required branch fails, with its failure, and aborts the others', async () => {
    const plan = () => ({
      a: required(Part, { status: 409 }),
      b: optional(Part, { value: 'b', hang: true }),
      c: required(Part, { value: 'c', hang: true }),
    });

    const thrown = await failure(aBus()(plan));

    expect(thrown).toMatchObject({
      code: 'CONFLICT',
      status: 409,
      title: 'thrown by the part',
      data: {
        branches: {
          a: { outcome: 'failed', code: 'CONFLICT', status: 409 },
          b: { outcome: 'cancelled' },
          c: { outcome: 'cancelled' },
        },
      },
    });
    expect(new Set(Part.aborted)).toEqual(new Set(['b', 'c']));
  });

  it('fails with the title that the branch declares', async () => {
    await expect(aBus()(() => ({ a: required(Part, { status: 502 }, { title: 'No profile' }) }))).rejects.toMatchObject(
      { title: 'No profile', status: 502 },
    );
  });

  it.each([
    [[503, 404], 404],
    [[500, 502, 503, 504], 504],
    [[500, 502, 503], 503],
    [[500, 502], 502],
    [[500], 500],
  ])('fails with the most relevant of several failures: of %j it is %d', async (statuses, expected) => {
    const plan = () => Object.fromEntries(statuses.map((status, index) => [`b${index}`, required(Part, { status })]));

    await expect(aBus()(plan)).rejects.toMatchObject({ status: expected });
  });

  it('limits a branch to 85 % of the remaining time, so that it can still respond', async () => {
    const result = aBus()(
      () => ({ a: required(Part, { value: 1 }), b: optional(Part, { hang: true }, { fallback: [] }) }),
      1_000,
    );

    await jest.advanceTimersByTimeAsync(850);

    await expect(result).resolves.toMatchObject({
      data: { a: 1, b: [] },
      problems: { b: { code: 'DEADLINE_EXCEEDED', status: 504 } },
    });
  });

  it('limits a branch to its own timeout', async () => {
    const result = aBus()(() => ({ b: optional(Part, { hang: true }, { timeout: '300ms' }) }));

    await jest.advanceTimersByTimeAsync(300);

    await expect(result).resolves.toMatchObject({ problems: { b: { code: 'DEADLINE_EXCEEDED', outcome: 'missing' } } });
  });

  it('leaves no timer and no listener behind', async () => {
    await failure(aBus()(() => ({ a: required(Part, { status: 500 }), b: optional(Part, { hang: true }) })));
    await jest.advanceTimersByTimeAsync(100);

    expect(jest.getTimerCount()).toBe(0);
  });

  it('fails with an internal error for an unknown service', async () => {
    const plan = (): Plan => ({ a: { need: 'required', target: 'nowhere', input: {}, options: {} } });

    await expect(aBus()(plan)).rejects.toMatchObject({ kind: 'internal' });
  });
});

describe('a stale value', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  @BusService({ name: 'switch' })
  class Switch extends Service<{ id: number; also?: number }> {
    static isBroken = false;
    handle() {
      if (Switch.isBroken) throw new NotFoundError();
      return { id: this.request.input.id, list: [1] };
    }
  }

  function switched() {
    const registry = new ServiceRegistry();
    for (const serviceClass of [Switch, Whole] as ServiceConstructor[]) registry.add(serviceClass);
    const logger = createLogger({ level: 'silent', destination: new PassThrough() });
    const invoker = new Invoker({ registry, logger, createOutgoing: () => noConnections });
    Switch.isBroken = false;
    return (plan: Plan) => invoker.invoke('whole', () => plan);
  }

  it('is used for the same input while it is not too old, when the branch fails', async () => {
    const whole = switched();
    await whole({ a: optional(Switch, { id: 1, also: 2 }, { staleIfError: '5m' }) });
    Switch.isBroken = true;
    jest.advanceTimersByTime(299_000);

    await expect(whole({ a: optional(Switch, { also: 2, id: 1 }, { staleIfError: '5m' }) })).resolves.toMatchObject({
      complete: false,
      data: { a: { id: 1 } },
      problems: { a: { outcome: 'stale' } },
    });
  });

  it('is not used once it is too old, nor for another input', async () => {
    const whole = switched();
    await whole({ a: optional(Switch, { id: 1 }, { staleIfError: '5m' }) });
    Switch.isBroken = true;

    await expect(whole({ a: optional(Switch, { id: 2 }, { staleIfError: '5m' }) })).resolves.toMatchObject({
      problems: { a: { outcome: 'missing' } },
    });
    jest.advanceTimersByTime(301_000);
    await expect(
      whole({ a: optional(Switch, { id: 1 }, { staleIfError: '5m', fallback: 'f' }) }),
    ).resolves.toMatchObject({ data: { a: 'f' } });
  });

  it('is used for a required branch, too', async () => {
    const whole = switched();
    await whole({ a: required(Switch, { id: 1 }, { staleIfError: '5m' }) });
    Switch.isBroken = true;

    await expect(whole({ a: required(Switch, { id: 1 }, { staleIfError: '5m' }) })).resolves.toMatchObject({
      complete: false,
      problems: { a: { outcome: 'stale' } },
    });
  });

  it('is a copy for each reader', async () => {
    const whole = switched();
    const first = (await whole({ a: optional(Switch, { id: 1 }, { staleIfError: '5m' }) })) as {
      data: { a: { list: number[] } };
    };
    first.data.a.list.push(2);
    Switch.isBroken = true;

    await expect(whole({ a: optional(Switch, { id: 1 }, { staleIfError: '5m' }) })).resolves.toMatchObject({
      data: { a: { list: [1] } },
    });
  });
});

describe('a composite within a composite', () => {
  const inner = (plan: () => Plan) => required(Inner, plan);

  it('has its degraded branches reported by the outer one, by path', async () => {
    const result = await aBus()(() => ({
      outer: inner(() => ({ a: required(Part, { value: 1 }), b: optional(Part, { status: 500 }) })),
      c: required(Part, {}),
    }));

    expect(result).toMatchObject({
      complete: false,
      data: { outer: { a: 1 } },
      problems: { 'outer.b': { outcome: 'missing' } },
    });
  });

  it('makes the outer one fail with the failure and the path of its branch', async () => {
    const thrown = await failure(aBus()(() => ({ outer: inner(() => ({ a: required(Part, { status: 404 }) })) })));

    expect(thrown).toMatchObject({ status: 404, data: { branches: { outer: { outcome: 'failed', status: 404 } } } });
  });
});

describe('a list of branches', () => {
  beforeEach(() => {
    jest.useFakeTimers();
    Part.mostRunning = 0;
    Part.started = 0;
    Part.running = 0;
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('returns the values in the order of the items', async () => {
    const result = aBus()(() => ({ list: each([30, 10, 20], (ms) => required(Part, { value: ms, ms })) }));
    await jest.advanceTimersByTimeAsync(30);

    await expect(result).resolves.toMatchObject({ complete: true, data: { list: [30, 10, 20] } });
  });

  it.each([2, undefined, Infinity])('runs %s at once, by default 16', async (concurrency) => {
    const items = Array.from({ length: 40 }, (_, value) => value);
    const createBranch = (value: number) => required(Part, { value, ms: 10 });
    const result = aBus()(() => ({
      list: each(items, createBranch, concurrency === undefined ? {} : { concurrency }),
    }));
    await jest.advanceTimersByTimeAsync(300);
    await result;

    expect(Part.mostRunning).toBe(Math.min(concurrency ?? 16, 40));
  });

  it('fails with the first required item that fails', async () => {
    await expect(
      aBus()(() => ({ list: each([200, 404], (status) => required(Part, status === 404 ? { status } : {})) })),
    ).rejects.toMatchObject({ status: 404 });
  });

  it.each([
    [2 as const, true],
    ['60%' as const, true],
    [3 as const, false],
    ['100%' as const, false],
  ])('succeeds with atLeast %j of three items, one of which fails: %s', async (atLeast, isEnough) => {
    const plan = () => ({
      list: each([1, 404, 3], (item) => required(Part, item === 404 ? { status: 404 } : { value: item }), { atLeast }),
    });
    const outcome = await failure(aBus()(plan));

    if (isEnough)
      expect(outcome).toMatchObject({
        complete: false,
        data: { list: [1, undefined, 3] },
        problems: { 'list.1': { status: 404 } },
      });
    else expect(outcome).toMatchObject({ status: 404 });
  });

  it('may be empty', async () => {
    const result = await aBus()(() => ({ list: each([], () => required(Part, {})) }));

    expect(result).toEqual({ complete: true, data: { list: [] }, problems: {} });
  });

  it.each([[0], [1]])('fails with 422 and calls no item when %d items exist and two must succeed', async (length) => {
    Part.started = 0;
    const plan = () => ({ list: each(Array(length).fill(1), () => required(Part, {}), { atLeast: 2 }) });

    await expect(aBus()(plan)).rejects.toMatchObject({
      kind: 'domain',
      code: 'UNPROCESSABLE',
      status: 422,
      detail: expect.stringContaining('at least 2 must succeed'),
      data: { branches: { list: { outcome: 'failed', code: 'UNPROCESSABLE' } } },
    });
    expect(Part.started).toBe(0);
  });

  it.each([[{ concurrency: 0 }], [{ atLeast: 1.5 }], [{ atLeast: '101%' as const }], [{ atLeast: '-1%' as const }]])(
    'rejects the options %j',
    (options) => {
      expect(() => each([1, 2], () => required(Part, {}), options)).toThrow(RangeError);
    },
  );
});
