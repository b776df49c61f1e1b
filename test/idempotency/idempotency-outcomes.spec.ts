import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { BusService, Service, ServiceUnavailableError } from 'trunkline';
import { type RunningBus, startBus } from '../running-bus';
import { createJsonRequest, sendRequest } from '../send-request';

/** Runs of the service, by order. */
const runs = new Map<string, number>();

interface Order {
  readonly id: string;
  readonly sends?: string;
  readonly sets?: string;
}

/** Responds 503: it throws an error, or sets the status itself. */
@BusService({ name: 'order.postpone', input: ['id', '-sends', '-sets'] })
class PostponeOrder extends Service<Order> {
  async handle() {
    const { id, sends, sets } = this.request.input;
    runs.set(id, (runs.get(id) ?? 0) + 1);
    if (sends) await this.out.rest['Orders']?.post('/', { body: { id } });
    if (!sets) throw new ServiceUnavailableError('Not now');
    this.response.statusCode = 503;
    return { id };
  }
}

describe('a 503 to a request with an Idempotency-Key', () => {
  let bus: RunningBus;
  let upstream: Server;

  beforeAll(async () => {
    upstream = createServer((_request, response) => response.end()).listen(0, '127.0.0.1');
    await once(upstream, 'listening');
    const address = upstream.address();
    const port = typeof address === 'object' ? address?.port : 0;
    bus = await startBus({
      config: {
        'channels.yaml':
          'channels: { rest: { postpone: { method: POST, path: /orders, service: order.postpone, idempotency: required } } }',
        'outgoing.yaml': `outgoing: { rest: { Orders: { url: 'http://127.0.0.1:${port}' } } }`,
      },
      services: [PostponeOrder],
    });
  });

  afterAll(async () => {
    await bus.stop();
    upstream.close();
  });

  it('releases the key when nothing was sent to another system', async () => {
    const { id, post } = createOrder();

    await post({});
    const repeated = await post({});

    expect([repeated.status, runs.get(id)]).toEqual([503, 2]);
  });

  it('leaves an unknown outcome when something was sent to another system', async () => {
    const { id, post } = createOrder();

    const first = await post({ sends: 'yes' });
    const repeated = await post({ sends: 'yes' });

    expect([first.status, repeated.status, runs.get(id)]).toEqual([503, 409, 1]);
    expect(repeated.body['code']).toBe('IDEMPOTENCY_OUTCOME_UNKNOWN');
  });

  it.each([
    [{ sets: 'yes' }, 503, 2],
    [{ sets: 'yes', sends: 'yes' }, 409, 1],
  ])('does the same when the service sets the status itself: %j', async (more, status, times) => {
    const { id, request } = createOrder();

    await fetch(`${bus.url}/orders`, request(more));
    const repeated = await fetch(`${bus.url}/orders`, request(more));

    expect([repeated.status, runs.get(id)]).toEqual([status, times]);
  });

  function createOrder() {
    const id = randomUUID();
    const request = (more: Omit<Order, 'id'>) =>
      createJsonRequest('POST', { id, ...more }, { 'idempotency-key': `"${id}"` });
    return { id, request, post: (more: Omit<Order, 'id'>) => sendRequest(`${bus.url}/orders`, request(more)) };
  }
});
