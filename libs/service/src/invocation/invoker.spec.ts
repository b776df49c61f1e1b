import { PassThrough } from 'node:stream';
import {
  BusError,
  CancelledError,
  DeadlineExceededError,
  InternalError,
  NotFoundError,
  getServiceChain,
  ServiceResponseError,
} from '@trunkline/failures';
import { createLogger } from '@trunkline/telemetry';
import { CancelScope, Deadline } from '@trunkline/time';
import { z } from 'zod';
import { BusService } from '../declaration/bus-service';
import type { ServiceConstructor } from '../declaration/service-types';
import { Invoker } from './invoker';
import type { Outgoing } from './outgoing';
import { Service } from '../service';
import { ServiceRegistry } from '../registry/service-registry';

const noConnections = Object.create(null) as Outgoing;

type Entry = ServiceConstructor | readonly [ServiceConstructor, ...unknown[]];

function aBus(entries: readonly Entry[]) {
  const registry = new ServiceRegistry();
  for (const [serviceClass, ...dependencies] of entries.map((entry) =>
    typeof entry === 'function' ? ([entry] as const) : entry,
  )) {
    registry.add(serviceClass, dependencies);
  }
  const logger = createLogger({ level: 'error', destination: new PassThrough() });
  const invoker = new Invoker({ registry, logger, createOutgoing: () => noConnections });
  return { invoker, registry, invoke: invoker.invoke.bind(invoker) };
}

const never = () => new Promise<never>(() => undefined);

@BusService({ name: 'echo', input: 'text' })
class Echo extends Service<{ text: string }, string> {
  handle() {
    return this.request.input.text;
  }
}

@BusService({ name: 'fail' })
class Fail extends Service {
  async handle() {
    throw new NotFoundError('Nothing there', { id: 7 });
  }
}

@BusService({ name: 'relay' })
class Relay extends Service<{ to: string; input?: unknown }> {
  handle() {
    return this.invokeDynamic(this.request.input.to, this.request.input.input);
  }
}

@BusService({ name: 'hang' })
class Hang extends Service {
  static lastSignal: AbortSignal | undefined;
  handle() {
    Hang.lastSignal = this.signal;
    return never();
  }
}

describe('an invocation', () => {
  it('returns the payload that handle() returns', async () => {
    await expect(aBus([Echo]).invoke('echo', { text: 'hello' })).resolves.toBe('hello');
  });

  it('returns the payload of the response when handle() returns nothing', async () => {
    @BusService({ name: 'set' })
    class SetPayload extends Service<unknown, number> {
      handle() {
        this.response.payload = 5;
      }
    }

    await expect(aBus([SetPayload]).invoke(SetPayload, {})).resolves.toBe(5);
  });

  it('finds its service by class or by name', async () => {
    await expect(aBus([Echo]).invoke(Echo, { text: 'hello' })).resolves.toBe('hello');
  });

  it('has a new instance, so that no state stays on this', async () => {
    @BusService({ name: 'count' })
    class Count extends Service<unknown, number> {
      private count = 0;
      handle() {
        return (this.count += 1);
      }
    }
    const bus = aBus([Count]);

    await bus.invoke('count', {});

    await expect(bus.invoke('count', {})).resolves.toBe(1);
  });

  it('never sees the input of a concurrent invocation', async () => {
    @BusService({ name: 'slow-echo' })
    class SlowEcho extends Service<number, number> {
      async handle() {
        await new Promise(setImmediate);
        return this.request.input;
      }
    }
    const bus = aBus([SlowEcho]);
    const inputs = Array.from({ length: 200 }, (_, index) => index);

    await expect(Promise.all(inputs.map((input) => bus.invoke('slow-echo', input)))).resolves.toEqual(inputs);
  });

  it('shares its correlation id with its callees', async () => {
    @BusService({ name: 'cid' })
    class Cid extends Service<unknown, string> {
      handle() {
        return this.cid;
      }
    }

    await expect(aBus([Relay, Cid]).invoke('relay', { to: 'cid' }, { cid: 'C-1' })).resolves.toBe('C-1');
  });

  it('rejects an invalid input before handle() runs', async () => {
    await expect(aBus([Echo]).invoke('echo', {})).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
  });

  it('waits for an asynchronous schema', async () => {
    @BusService({ name: 'checked', input: z.object({ id: z.string().refine(async (id) => id !== 'B') }) })
    class Checked extends Service<{ id: string }, string> {
      handle() {
        return this.request.input.id;
      }
    }
    const bus = aBus([Checked]);

    await expect(bus.invoke('checked', { id: 'A' })).resolves.toBe('A');
    await expect(bus.invoke('checked', { id: 'B' })).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
  });

  it('is not available on an instance that was created with new', () => {
    expect(() => new Echo().request).toThrow(/belongs to no invocation/);
  });
});

describe('a failed invocation', () => {
  it('rejects its caller with the same error object', async () => {
    await expect(aBus([Relay, Fail]).invoke('relay', { to: 'fail' })).rejects.toMatchObject({
      code: 'RESOURCE_NOT_FOUND',
      data: { id: 7 },
    });
  });

  it('has the chain of services it passed through', async () => {
    const thrown: unknown = await aBus([Relay, Fail])
      .invoke('relay', { to: 'relay', input: { to: 'fail' } })
      .catch((error: unknown) => error);

    expect(getServiceChain(thrown)).toEqual(['relay', 'relay', 'fail']);
  });

  it('is a ServiceResponseError when the service set a status of 400 or more', async () => {
    @BusService({ name: 'teapot' })
    class Teapot extends Service {
      handle() {
        this.response.statusCode = 418;
        return { short: true };
      }
    }

    const thrown: unknown = await aBus([Relay, Teapot])
      .invoke('relay', { to: 'teapot' })
      .catch((error: unknown) => error);

    expect(thrown).toBeInstanceOf(ServiceResponseError);
    expect(thrown).toMatchObject({ service: 'teapot', status: 418, payload: { short: true } });
  });

  it('is an internal error when the output does not fit its declaration', async () => {
    @BusService({ name: 'wrong', output: z.object({ id: z.string() }) })
    class Wrong extends Service<unknown, { id: string }> {
      handle() {
        return JSON.parse('{"id":5}') as { id: string };
      }
    }

    await expect(aBus([Wrong]).invoke('wrong', {})).rejects.toMatchObject({
      kind: 'internal',
      message: expect.stringContaining('#/id'),
    });
  });

  it('is an internal error for an unknown name, and suggests a similar one', async () => {
    await expect(aBus([Relay, Echo]).invoke('relay', { to: 'ecko' })).rejects.toMatchObject({
      kind: 'internal',
      message: expect.stringContaining('did you mean `echo`?'),
    });
  });

  it('is an internal error beyond 32 nested calls', async () => {
    @BusService({ name: 'loop' })
    class Loop extends Service<number> {
      static depth = 0;
      handle() {
        Loop.depth += 1;
        return this.invokeDynamic('loop', 0);
      }
    }

    await expect(aBus([Loop]).invoke('loop', 0)).rejects.toBeInstanceOf(InternalError);
    expect(Loop.depth).toBe(32);
  });

  it('is a declared error with the data of the service', async () => {
    @BusService({
      name: 'stock',
      errors: { OUT_OF_STOCK: { status: 422, title: 'Items out of stock', retryAfter: 9 } },
    })
    class Stock extends Service {
      handle(): never {
        throw this.error('OUT_OF_STOCK', { items: ['A'] });
      }
    }

    const thrown: unknown = await aBus([Stock])
      .invoke('stock', {})
      .catch((error: unknown) => error);

    expect(thrown).toBeInstanceOf(BusError);
    expect(thrown).toMatchObject({
      code: 'OUT_OF_STOCK',
      status: 422,
      title: 'Items out of stock',
      kind: 'domain',
      data: { items: ['A'] },
      retryAfter: 9,
    });
  });

  it('is a TypeError when the service did not declare the error', async () => {
    @BusService({ name: 'undeclared' })
    class Undeclared extends Service {
      handle(): never {
        throw this.error('NOPE');
      }
    }

    await expect(aBus([Undeclared]).invoke('undeclared', {})).rejects.toThrow(TypeError);
  });
});

describe('a deadline', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('rejects at once when it passes, and aborts the work of the service', async () => {
    const result = aBus([Hang])
      .invoke('hang', {}, { timeout: '500ms' })
      .catch((error: unknown) => error);

    await jest.advanceTimersByTimeAsync(501);

    await expect(result).resolves.toEqual(new DeadlineExceededError('hang', 500));
    expect(Hang.lastSignal?.aborted).toBe(true);
  });

  it('of a call can be shorter than that of its caller, which continues', async () => {
    @BusService({ name: 'patient' })
    class Patient extends Service<unknown, string> {
      async handle() {
        const failed = await this.invoke(Hang, {}, { timeout: 100 }).catch((error: unknown) => error);
        return failed instanceof DeadlineExceededError ? `${failed.service} took too long` : 'odd';
      }
    }
    const result = aBus([Patient, Hang]).invoke('patient', {}, { timeout: '5s' });

    await jest.advanceTimersByTimeAsync(101);

    await expect(result).resolves.toBe('hang took too long');
  });

  it('of a call never exceeds the remaining time of its caller', async () => {
    @BusService({ name: 'generous' })
    class Generous extends Service {
      handle() {
        return this.invoke(Hang, {}, { timeout: '1h' });
      }
    }
    const result = aBus([Generous, Hang])
      .invoke('generous', {}, { timeout: 200 })
      .catch((error: unknown) => error);

    await jest.advanceTimersByTimeAsync(201);

    await expect(result).resolves.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  });

  it('that a service declares applies to all its calls', async () => {
    @BusService({ name: 'brief', timeout: '50ms' })
    class Brief extends Service {
      handle() {
        return never();
      }
    }
    const result = aBus([Brief])
      .invoke('brief', {})
      .catch((error: unknown) => error);

    await jest.advanceTimersByTimeAsync(51);

    await expect(result).resolves.toEqual(new DeadlineExceededError('brief', 50));
  });

  it('of a service has the chain of its callers', async () => {
    @BusService({ name: 'brief', timeout: '50ms' })
    class Brief extends Service {
      handle() {
        return never();
      }
    }
    const result = aBus([Relay, Brief])
      .invoke('relay', { to: 'brief' })
      .catch((error: unknown) => error);

    await jest.advanceTimersByTimeAsync(51);

    expect(getServiceChain(await result)).toEqual(['relay', 'brief']);
  });

  it('leaves no timer behind', async () => {
    await aBus([Relay, Echo]).invoke('relay', { to: 'echo', input: { text: 'x' } });
    await jest.advanceTimersByTimeAsync(100);

    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('a cancelled scope', () => {
  it('starts no invocation', () => {
    const { invoker, registry } = aBus([Echo]);
    const scope = new CancelScope(Deadline.in(1_000), () => new Error('expired'));
    scope.cancel(new CancelledError());

    expect(() => invoker.run(registry.get('echo'), { input: { text: 'x' } }, { cid: 'C', scope, depth: 1 })).toThrow(
      CancelledError,
    );
  });
});

describe('constructor parameters', () => {
  it('are the dependencies that the class was registered with', async () => {
    @BusService({ name: 'greet' })
    class Greet extends Service<string, string> {
      constructor(private readonly greeting: string) {
        super();
      }
      handle() {
        return `${this.greeting} ${this.request.input}`;
      }
    }

    await expect(aBus([[Greet as ServiceConstructor, 'hello']]).invoke('greet', 'Ada')).resolves.toBe('hello Ada');
  });
});
