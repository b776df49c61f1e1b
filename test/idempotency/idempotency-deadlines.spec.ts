import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { BusService, Service, ServiceUnavailableError } from 'trunkline';
import { z } from 'zod';
import { sendRequest, createJsonRequest } from '../send-request';
import { type RunningBus, startBus } from '../running-bus';
import { findFreePort } from '../servers/find-free-port';

/** Number of writes, by request. */
const written = new Map<string, number>();
let isOpen: Promise<void> = Promise.resolve();
let open: () => void = () => undefined;

function close(): void {
  isOpen = new Promise((resolve) => (open = resolve));
}

interface Order {
  readonly id: string;
  readonly how: string;
}

@BusService({ name: 'write', input: ['id', 'how'] })
class Write extends Service<Order> {
  async handle() {
    await isOpen;
    const { id } = this.request.input;
    written.set(id, (written.get(id) ?? 0) + 1);
  }
}

@BusService({ name: 'order', input: ['id', 'how'] })
class PlaceOrder extends Service<Order> {
  async handle() {
    const order = this.request.input;
    const call = () => this.out.rest['Gone']?.post('/', { body: {} });
    if (order.how === 'both at once') return Promise.all([call(), this.invoke(Write, order)]);
    await call()?.catch(() => undefined);
    if (order.how === 'responds early') return this.#respondEarly(order);
    return this.invoke(Write, order);
  }

  async #respondEarly(order: Order) {
    await this.invoke(Write, order, { timeout: 20 }).catch(() => undefined);
    throw new ServiceUnavailableError('Not now');
  }
}

const checkedLate = z.object({ id: z.string(), how: z.string() }).refine(async () => isOpen.then(() => true));

@BusService({ name: 'order.checked', input: checkedLate })
class PlaceCheckedOrder extends Service<Order> {
  handle() {
    written.set(this.request.input.id, 1);
  }
}

describe('a request with an Idempotency-Key', () => {
  let bus: RunningBus;

  beforeAll(async () => {
    bus = await startBus({
      config: {
        'channels.yaml': `
channels:
  rest:
    order: { method: POST, path: /orders, service: order, idempotency: required, timeout: 300ms }
    checked: { method: POST, path: /checked, service: order.checked, idempotency: required, timeout: 100ms }`,
        'outgoing.yaml': `outgoing: { rest: { Gone: { url: 'http://127.0.0.1:${await findFreePort()}', retry: 'off', circuitBreaker: 'off' } } }`,
      },
      services: [PlaceOrder, PlaceCheckedOrder, Write],
    });
  });

  afterAll(() => bus.stop());

  const post = (path: string, order: Order, key: string) =>
    sendRequest(bus.url + path, createJsonRequest('POST', order, { 'idempotency-key': `"${key}"` }));

  it.each([
    ['its deadline passes', 'continues', 504],
    ['another call of the service fails', 'both at once', 502],
  ])('is not executed again while a service still runs after %s', async (_when, how, status) => {
    const [order, key] = [{ id: randomUUID(), how }, randomUUID()];
    close();

    const first = await post('/orders', order, key);
    open();
    while (!written.has(order.id)) await turn();
    const second = await post('/orders', order, key);

    expect([first.status, second.status, second.headers.get('idempotency-replayed')]).toEqual([status, status, 'true']);
    expect(written.get(order.id)).toBe(1);
  });

  it('has an unknown outcome when its service responds 503 while a service that it called still runs', async () => {
    const [order, key] = [{ id: randomUUID(), how: 'responds early' }, randomUUID()];
    close();

    const first = await post('/orders', order, key);
    open();
    while (!written.has(order.id)) await turn();
    const second = await post('/orders', order, key);

    expect([first.status, second.status, second.body['code']]).toEqual([503, 409, 'IDEMPOTENCY_OUTCOME_UNKNOWN']);
    expect(written.get(order.id)).toBe(1);
  });

  it('does not start its service when the deadline passes during validation', async () => {
    const [order, key] = [{ id: randomUUID(), how: '' }, randomUUID()];
    close();

    const first = await post('/checked', order, key);
    open();
    await turn();
    const before = written.has(order.id);
    const second = await post('/checked', order, key);

    expect([first.status, before, second.status]).toEqual([504, false, 204]);
  });
});
