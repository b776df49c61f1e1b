import { Transform, Type } from 'class-transformer';
import {
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  registerDecorator,
  useContainer,
  Validate,
  ValidateIf,
  ValidateNested,
  ValidatorConstraint,
  type ValidatorConstraintInterface,
} from 'class-validator';
import { BusService, Service, ServiceUnavailableError } from 'trunkline';
import { z } from 'zod';
import { sendRequest, createJsonRequest } from '../send-request';
import { type RunningBus, startBus } from '../running-bus';

const KNOWN = ['A', 'B'];
const later = <T>(value: T) => new Promise<T>((resolve) => setImmediate(resolve, value));

/** A validator that is declared as asynchronous, or that returns a promise. */
function IsKnown(options: { readonly async?: true } = {}): PropertyDecorator {
  return (target, property) =>
    registerDecorator({
      name: 'isKnown',
      target: target.constructor,
      propertyName: String(property),
      ...options,
      validator: { validate: (sku: unknown) => later(KNOWN.includes(String(sku))), defaultMessage: () => 'is unknown' },
    });
}

class Stock {
  has(sku: unknown): Promise<boolean> {
    return later(KNOWN.includes(String(sku)));
  }
}

@ValidatorConstraint({ name: 'inStock', async: true })
class InStock implements ValidatorConstraintInterface {
  constructor(private readonly stock: Stock) {}

  validate(sku: unknown): Promise<boolean> {
    return this.stock.has(sku);
  }

  defaultMessage(): string {
    return 'is not in stock';
  }
}

class Line {
  @IsString()
  @IsKnown({ async: true })
  readonly sku!: string;
}

class Order {
  @ValidateNested({ each: true })
  @Type(() => Line)
  readonly lines!: Line[];

  @IsOptional()
  @IsKnown()
  readonly extra?: string;

  @IsOptional()
  @Validate(InStock, { each: true })
  readonly more?: string[];

  @ValidateIf((order: Order) => order.extra === 'A')
  @IsKnown()
  readonly beside?: string;
}

@BusService({ name: 'order', input: Order })
class TakeOrder extends Service<Order> {
  handle() {
    return { lines: this.request.input.lines.length };
  }
}

@BusService({ name: 'line', input: 'sku', output: Line })
class ShowLine extends Service<{ sku: string }, Line> {
  handle() {
    return { sku: this.request.input.sku };
  }
}

function Throws(make: () => unknown): PropertyDecorator {
  return (target, property) =>
    registerDecorator({
      name: 'throws',
      target: target.constructor,
      propertyName: String(property),
      validator: {
        validate: () => {
          throw make();
        },
      },
    });
}

class Money {
  @IsOptional()
  @IsNumber({ maxDecimalPlaces: 2 })
  readonly amount?: number;

  @IsOptional()
  @IsString()
  @Transform(({ value }: { readonly value: string }) => value.toLowerCase())
  readonly currency?: string;

  @IsOptional()
  @Transform(({ value }: { readonly value: string }) => BigInt(value))
  readonly cents?: bigint;

  @IsOptional()
  @ValidateNested({ each: true })
  @Type(() => Money)
  readonly parts?: Money[];

  @IsOptional()
  @Throws(() => new ServiceUnavailableError('The exchange is closed'))
  readonly rate?: number;

  @IsOptional()
  @IsInt()
  readonly count?: number;
}

@BusService({ name: 'money', input: Money })
class TakeMoney extends Service<Money> {
  handle() {
    return 'ok';
  }
}

const fussy = z.object({ a: z.object({ b: z.string().transform((text) => new URL(text).host) }), c: z.number() });

@BusService({ name: 'fussy', input: fussy })
class TakeFussy extends Service<z.infer<typeof fussy>> {
  handle() {
    return this.request.input.a.b;
  }
}

function Hangs(): PropertyDecorator {
  return (target, property) =>
    registerDecorator({
      name: 'hangs',
      target: target.constructor,
      propertyName: String(property),
      validator: { validate: () => new Promise<boolean>(() => undefined) },
    });
}

class Endless {
  @Hangs()
  readonly a!: string;
}

@BusService({ name: 'endless.in', input: Endless })
class TakeEndless extends Service<Endless> {
  handle() {
    return 'never';
  }
}

@BusService({ name: 'endless.out', output: Endless })
class GiveEndless extends Service<unknown, Endless> {
  handle() {
    return { a: 'a' };
  }
}

const channels = `
channels:
  rest:
    order: { method: POST, path: /orders, service: order }
    line: { method: GET, path: '/lines/{sku}', service: line }
    money: { method: POST, path: /money, service: money }
    fussy: { method: POST, path: /fussy, service: fussy }
    endless.in: { method: POST, path: /endless, service: endless.in, timeout: 300ms }
    endless.out: { method: GET, path: /endless, service: endless.out, timeout: 300ms }
`;
const services = [TakeOrder, ShowLine, TakeMoney, TakeFussy, TakeEndless, GiveEndless];

describe('validators', () => {
  let running: RunningBus;
  beforeAll(async () => {
    useContainer(
      { get: (type: unknown) => (type === InStock ? new InStock(new Stock()) : undefined) },
      { fallback: true },
    );
    running = await startBus({ config: { 'channels.yaml': channels }, services });
  });
  afterAll(async () => {
    useContainer({ get: () => undefined }, { fallback: true });
    await running.stop();
  });
  const post = (path: string, body: unknown) => sendRequest(`${running.url}${path}`, createJsonRequest('POST', body));
  const warnings = () => running.readLog().filter(({ level }) => level === 'warn');

  describe('that are asynchronous', () => {
    it('accept valid values', async () => {
      const order = { lines: [{ sku: 'A' }, { sku: 'B' }], extra: 'A', more: ['A', 'B'], beside: 'B' };

      await expect(post('/orders', order)).resolves.toMatchObject({ status: 200, body: { lines: 2 } });
    });

    it('are awaited: declared or not, nested, in lists, as classes of a container, under conditions', async () => {
      const order = { lines: [{ sku: 'A' }, { sku: 'X' }], extra: 'X', more: ['A', 'X'] };

      const { status, body } = await post('/orders', order);

      expect(status).toBe(400);
      expect(body['errors']).toMatchObject([
        { pointer: '#/extra', rule: 'isKnown', detail: 'is unknown' },
        { pointer: '#/lines/1/sku', rule: 'isKnown' },
        { pointer: '#/more', rule: 'inStock', detail: 'is not in stock' },
      ]);
    });

    it('run when their condition is met', async () => {
      const order = { lines: [], extra: 'A', beside: 'X' };

      await expect(post('/orders', order)).resolves.toMatchObject({ body: { errors: [{ pointer: '#/beside' }] } });
      await expect(post('/orders', { ...order, extra: 'B' })).resolves.toMatchObject({ status: 200 });
    });

    it('are awaited when they check an output', async () => {
      await expect(sendRequest(`${running.url}/lines/A`)).resolves.toMatchObject({ status: 200, body: { sku: 'A' } });
      await expect(sendRequest(`${running.url}/lines/X`)).resolves.toMatchObject({ status: 500 });
    });

    it('are awaited until the deadline, for input and output', async () => {
      const [input, output] = await Promise.all([post('/endless', { a: 'a' }), sendRequest(`${running.url}/endless`)]);

      expect(input).toMatchObject({ status: 504, body: { code: 'DEADLINE_EXCEEDED' } });
      expect(output).toMatchObject({ status: 504, body: { code: 'DEADLINE_EXCEEDED' } });
    });
  });

  describe('and transformations that throw', () => {
    it.each([
      [{ amount: 1e-7 }, '#/amount', 'isNumber'],
      [{ currency: 5 }, '#/currency', 'isString'],
      [{ cents: 'ten' }, '#/cents', 'transform'],
      [{ parts: [{ count: 1 }, { cents: 'ten' }] }, '#/parts/1/cents', 'transform'],
    ])('reject the value of %j at its member, with one warning', async (value, pointer, rule) => {
      const before = warnings().length;

      const { status, body } = await post('/money', value);

      expect(status).toBe(400);
      expect(body).toMatchObject({ code: 'VALIDATION_FAILED', errors: [{ pointer, rule }] });
      const [line, ...more] = warnings().slice(before);
      expect(line).toMatchObject({
        code: 'VALIDATION_FAILED',
        err: { stack: expect.stringContaining('    at ') as unknown },
      });
      expect(more).toEqual([]);
    });

    it('do not hide other invalid values', async () => {
      const { body } = await post('/money', { amount: 1e-7, currency: 5, count: 'x' });

      expect(body['errors']).toMatchObject([
        { pointer: '#/amount' },
        { pointer: '#/count' },
        { pointer: '#/currency' },
      ]);
    });

    it('reject the value of a schema at its member', async () => {
      const { status, body } = await post('/fussy', { a: { b: 'no address' }, c: 1 });

      expect(status).toBe(400);
      expect(body['errors']).toMatchObject([{ pointer: '#/a/b', rule: 'schema' }]);
    });

    it('keep the status of a failure that has one', async () => {
      await expect(post('/money', { rate: 1 })).resolves.toMatchObject({ status: 503 });
    });
  });
});
