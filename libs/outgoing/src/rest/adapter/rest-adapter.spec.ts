import { UpstreamError } from '@trunkline/failures';
import { BusService, type ServiceConstructor } from '@trunkline/service';
import { catchRejection, TestBus } from '../../test-bus.fixture';
import type { RestResponse } from '../response/rest-response';
import { createJsonResponse, createResponse, type Script, ScriptedUpstream } from '@trunkline/testing';
import { RestAdapter } from './rest-adapter';

interface Order {
  readonly order_id: string;
}

@BusService({ name: 'adapter.orders.get' })
class GetOrder extends RestAdapter<{ order_id: string }, Order> {
  readonly connection = 'CRM';
  readonly method = 'GET';
  readonly path = '/orders/{order_id}';
}

@BusService({ name: 'adapter.orders.create' })
class CreateOrder extends RestAdapter<object, Order> {
  readonly connection = 'CRM';
  readonly method = 'POST';
  readonly path = '/customers/{customer_id}/orders';
}

@BusService({ name: 'adapter.orders.ship' })
class ShipOrder extends RestAdapter<{ order_id: string; carrier: string }, string> {
  readonly connection = 'CRM';
  readonly method = 'PUT';
  readonly path = '/orders/{order_id}/shipment';
  override readonly onStatus = { 409: { value: 'shipped before' }, 404: { status: 422, code: 'NO_SUCH_ORDER' } };

  protected override query() {
    return { notify: true };
  }

  protected override headers() {
    return { 'X-Carrier': this.request.input.carrier };
  }

  protected override body() {
    return { by: this.request.input.carrier };
  }

  protected override mapResponse({ status }: RestResponse) {
    return `shipped with ${status}`;
  }
}

@BusService({ name: 'adapter.elsewhere' })
class Elsewhere extends RestAdapter {
  readonly connection = 'Elsewhere';
  readonly method = 'GET';
  readonly path = '/';
}

let upstream: ScriptedUpstream;
let bus: TestBus;

async function start(script: Script, settings: object = {}) {
  upstream = await ScriptedUpstream.listen(script);
  const services: ServiceConstructor[] = [GetOrder, CreateOrder, ShipOrder, Elsewhere];
  bus = new TestBus({ outgoing: { rest: { CRM: { url: upstream.url, retry: 'off', ...settings } } }, services });
}
afterEach(async () => {
  await bus.close();
  await upstream.close();
});
const ok: Script = (socket) => socket.write(createJsonResponse({ order_id: 'O-1' }));
const status =
  (code: number, headers = {}): Script =>
  (socket) =>
    socket.write(createResponse(code, '', headers));

describe('an adapter', () => {
  it('gives the data of a success', async () => {
    await start(ok);

    expect(await bus.invoke('adapter.orders.get', { order_id: 'O-1' })).toEqual({ order_id: 'O-1' });
  });

  it('fills the path from the input and sends the rest in the query of a GET', async () => {
    await start(ok);

    await bus.invoke('adapter.orders.get', { order_id: 'O/1', expand: ['items', 'customer'], lang: undefined });

    expect(upstream.requests[0]).toMatch(/^GET \/orders\/O%2F1\?expand=items&expand=customer HTTP/);
  });

  it('puts the rest into the JSON body of a POST', async () => {
    await start(ok);

    await bus.invoke('adapter.orders.create', { customer_id: 'C-1', items: [{ sku: 'S' }] });

    expect(upstream.requests[0]).toMatch(/^POST \/customers\/C-1\/orders HTTP/);
    expect(upstream.requests[0]?.endsWith('\r\n\r\n{"items":[{"sku":"S"}]}')).toBe(true);
  });

  it('sends no body when the path contains all of the input', async () => {
    await start(ok);

    await bus.invoke('adapter.orders.create', { customer_id: 'C-1' });

    expect(upstream.requests[0]).toMatch(/content-length: 0\r\n/);
  });

  it('sends the query, headers and body of its class, and returns the mapped response', async () => {
    await start(ok);

    const output = await bus.invoke('adapter.orders.ship', { order_id: 'O-1', carrier: 'DHL' });

    expect(output).toBe('shipped with 200');
    expect(upstream.requests[0]).toMatch(/^PUT \/orders\/O-1\/shipment\?notify=true HTTP/);
    expect(upstream.requests[0]).toMatch(/\r\nx-carrier: DHL\r\n/);
    expect(upstream.requests[0]?.endsWith('\r\n\r\n{"by":"DHL"}')).toBe(true);
  });

  it('gives undefined for 204', async () => {
    await start(status(204));

    expect(await bus.invoke('adapter.orders.get', { order_id: 'O-1' })).toBeUndefined();
  });

  it('throws the failure that a status is', async () => {
    await start(status(404));

    const failure = await catchRejection(bus.invoke('adapter.orders.get', { order_id: 'O-1' }));

    expect(failure).toBeInstanceOf(UpstreamError);
    expect(failure).toMatchObject({ code: 'UPSTREAM_NOT_FOUND', status: 404, connection: 'CRM' });
  });

  it('throws the last failure when the attempts are used up, with the Retry-After of the upstream', async () => {
    await start(status(503, { 'retry-after': '120' }), { retry: {} });

    const failure = await catchRejection(bus.invoke('adapter.orders.get', { order_id: 'O-1' }));

    expect(failure).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', status: 503, retryAfter: 120 });
  });

  it('rejects a hostile input with 400', async () => {
    await start(ok);

    const failure = await catchRejection(bus.invoke('adapter.orders.get', { order_id: '../admin' }));

    expect(failure).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
    expect(upstream.requests).toEqual([]);
  });

  it.each([[undefined], [null], ['text'], [[]]])(
    'refuses the input %p when the path needs something of it',
    async (input) => {
      await start(ok);

      expect(await catchRejection(bus.invoke('adapter.orders.get', input))).toMatchObject({
        status: 400,
        code: 'BAD_REQUEST',
      });
    },
  );

  it('fails with what may have been meant when its connection is not configured', async () => {
    await start(ok);

    const failure = await catchRejection(bus.invoke('adapter.elsewhere', {}));

    expect(failure).toMatchObject({ code: 'INTERNAL_ERROR', message: 'there is no outgoing connection Elsewhere' });
  });
});

describe('rules for statuses', () => {
  it('of the class go before those of the connection', async () => {
    await start(status(409), { onStatus: { 409: { value: 'from the connection' }, 410: { value: 'gone' } } });

    expect(await bus.invoke('adapter.orders.ship', { order_id: 'O-1', carrier: 'DHL' })).toBe('shipped before');
  });

  it('of the connection hold for what the class leaves open', async () => {
    await start(status(410), { onStatus: { 410: { value: 'gone' } } });

    expect(await bus.invoke('adapter.orders.ship', { order_id: 'O-1', carrier: 'DHL' })).toBe('gone');
  });

  it('make failures of statuses', async () => {
    await start(status(404));

    const failure = await catchRejection(bus.invoke('adapter.orders.ship', { order_id: 'O-1', carrier: 'DHL' }));

    expect(failure).toMatchObject({ status: 422, code: 'NO_SUCH_ORDER' });
  });
});
