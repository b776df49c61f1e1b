import { IsInt, IsOptional, IsString } from 'class-validator';
import { BusService, Service } from 'trunkline';
import { sendRequest, createJsonRequest } from '../send-request';
import { runCommand } from '../process/run-command';
import { createProject } from '../process/trunkline-process';
import { type RunningBus, startBus } from '../running-bus';

class Order {
  @IsString()
  readonly sku!: string;

  @IsOptional()
  @IsInt()
  readonly quantity?: number;
}

@BusService({
  name: 'orders.place',
  input: Order,
  output: Order,
  errors: { OUT_OF_STOCK: { status: 422, title: 'Items <b>out</b> of stock' } },
  description: 'Places an order',
})
class PlaceOrder extends Service<Order, Order> {
  handle() {
    if (this.request.input.sku === 'gone') throw this.error('OUT_OF_STOCK');
    return this.request.input;
  }
}

const OWN_SERVICE = `const { BusService, Service } = require('trunkline');
  module.exports = BusService({ name: 'own', input: 'id' })(class extends Service { handle() {} });`;

const CHANNELS = `
channels:
  rest:
    orders.place: { method: POST, path: /orders, service: orders.place }
    things: { method: GET, path: /things, service: adapter.things }
`;
const ORDERS = `channels: { rest: { orders.place: { method: POST, path: /orders, service: orders.place } } }
`;

const silent = { '~standard': { version: 1, vendor: 'own', validate: (value: unknown) => ({ value }) } } as const;

@BusService({ name: 'silent', input: silent })
class Silent extends Service {
  handle() {
    return {};
  }
}

const OUTGOING = `
outgoing:
  rest:
    Secret System:
      url: http://secret.example
      onStatus: { 423: { code: LOCKED_THERE } }
      services:
        adapter.things: { method: GET, path: /inside/things, onStatus: { 409: { status: 422, code: THING_TAKEN } } }
`;

describe('the OpenAPI document of a bus', () => {
  let running: RunningBus;
  beforeAll(async () => {
    running = await startBus({ config: { 'c.yaml': CHANNELS, 'o.yaml': OUTGOING }, services: [PlaceOrder] });
  });
  afterAll(() => running.stop());
  const at = (path: string, init?: RequestInit) => sendRequest(`${running.url}${path}`, init);

  it('is OpenAPI 3.1 at /openapi.json, and links its page', async () => {
    const { status, headers, body } = await at('/openapi.json');

    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/json');
    expect(headers.get('link')).toContain('</docs>; rel="service-doc"');
    expect(body).toMatchObject({
      openapi: '3.1.1',
      servers: [{ url: '/' }],
      paths: { '/orders': { post: { operationId: 'orders.place', summary: 'Places an order', tags: ['orders'] } } },
    });
  });

  it('is shown on a page at /docs that loads nothing from elsewhere', async () => {
    const { status, headers, text } = await at('/docs');

    expect(status).toBe(200);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('link')).toContain('</openapi.json>; rel="service-desc"');
    expect(text).toContain('href="/errors/out-of-stock"');
    expect(text).not.toMatch(/<script|<link|<img|src=|@import|url\(|https?:\/\/(?!localhost)/);
  });

  it('is shown on a page that escapes the texts of services', async () => {
    const { text } = await at('/docs');

    expect(text).toContain('Items &lt;b&gt;out&lt;/b&gt; of stock');
  });

  it('links pages that exist', async () => {
    const { text } = await at('/docs');
    const pages = new Set([...text.matchAll(/href="(\/errors\/[^"]+)"/g)].map(([, path = '']) => path));

    const statuses = await Promise.all([...pages].map(async (path) => (await at(path)).status));

    expect(pages.size).toBeGreaterThan(30);
    expect(new Set(statuses)).toEqual(new Set([200]));
  });

  it('is linked from the error pages', async () => {
    expect((await at('/errors/out-of-stock')).headers.get('link')).toContain('</openapi.json>; rel="service-desc"');
  });

  it('contains neither upstreams nor files', async () => {
    const { text } = await at('/openapi.json');

    expect(text.toLowerCase()).not.toMatch(/secret|\.ts"|\.js"|\.yaml|127\.0\.0\.1|inside/);
  });

  it('contains the errors of `onStatus` rules of adapters', async () => {
    const { text } = await at('/docs');

    expect(text).toMatch(/THING_TAKEN/);
    expect(text).toMatch(/LOCKED_THERE/);
  });

  it('describes the responses of the bus', async () => {
    await expect(at('/orders', createJsonRequest('POST', { sku: 'a', quantity: 1 }))).resolves.toMatchObject({
      status: 200,
    });
    await expect(at('/orders', createJsonRequest('POST', { sku: 'gone' }))).resolves.toMatchObject({ status: 422 });
    await expect(at('/orders', createJsonRequest('POST', {}))).resolves.toMatchObject({ status: 400 });
  });
});

describe('a bus with options of its OpenAPI document', () => {
  it('serves it at another path, with another title', async () => {
    const http = 'http: { port: 0, openapi: { path: /api.json, docs: off, title: Shop, version: "7" } }';
    const running = await startBus({ config: { 'test-bus.yaml': `bus: { ${http} }` } });

    const [document, moved, docs] = await Promise.all(
      ['/api.json', '/openapi.json', '/docs'].map((path) => sendRequest(`${running.url}${path}`)),
    );
    await running.stop();

    expect(document?.body).toMatchObject({ info: { title: 'Shop', version: '7' } });
    expect([moved?.status, docs?.status]).toEqual([404, 404]);
  });

  it('puts contact, license, terms and tags in it', async () => {
    const about = `title: Shop, termsOfService: https://shop.example/terms, tags: { orders: Placing orders, bus: Health },
      contact: { name: Team, email: team@shop.example }, license: { name: MIT, identifier: MIT }`;
    const running = await startBus({
      config: { 'test-bus.yaml': `bus: { http: { port: 0, openapi: { ${about} } } }`, 'c.yaml': ORDERS },
      services: [PlaceOrder],
    });

    const { body } = await sendRequest(`${running.url}/openapi.json`);
    const page = await sendRequest(`${running.url}/docs`);
    await running.stop();

    expect(page.text).toMatch(/mailto:team@shop\.example[^]*https:\/\/shop\.example\/terms[^]*Placing orders/);
    expect(body).toMatchObject({
      info: {
        termsOfService: 'https://shop.example/terms',
        contact: { name: 'Team', email: 'team@shop.example' },
        license: { name: 'MIT', identifier: 'MIT' },
      },
      tags: [
        { name: 'orders', description: 'Placing orders' },
        { name: 'bus', description: 'Health' },
      ],
    });
  });

  it('shows examples of channels', async () => {
    const services = [PlaceOrder];
    const withExample = (input: string) =>
      ORDERS.replace('place }', `place, examples: { one: { input: ${input}, output: { sku: a } } } }`);
    const running = await startBus({ config: { 'c.yaml': withExample('{ sku: a }') }, services });

    const { body } = await sendRequest(`${running.url}/openapi.json`);
    const page = await sendRequest(`${running.url}/docs`);
    await running.stop();
    const starting = startBus({ config: { 'c.yaml': withExample('{ sku: a, quantity: many }') }, services });

    expect(body).toHaveProperty('paths./orders.post.requestBody.content.application/json.examples.one.value', {
      sku: 'a',
    });
    expect(page.text).toContain('-d &#39;{&quot;sku&quot;:&quot;a&quot;}&#39;');
    await expect(starting).rejects.toThrow(/c\.yaml:\d+:\d+ .*quantity.*orders\.place accepts/);
  });

  it('logs a warning for an input that it cannot describe', async () => {
    const config = { 'c.yaml': 'channels: { rest: { silent: { method: GET, path: /silent, service: silent } } }' };
    const running = await startBus({ config, services: [Silent] });
    await running.stop();

    expect(running.readLog()).toContainEqual(
      expect.objectContaining({ level: 'warn', channel: 'silent', service: 'silent', vendor: 'own' }),
    );
  });

  it('does not serve it', async () => {
    const running = await startBus({ config: { 'test-bus.yaml': 'bus: { http: { port: 0, openapi: off } }' } });

    const statuses = await Promise.all(
      ['/openapi.json', '/docs'].map(async (path) => (await sendRequest(`${running.url}${path}`)).status),
    );
    await running.stop();

    expect(statuses).toEqual([404, 404]);
  });

  it('serves a channel on the default path of the document', async () => {
    const channels = 'channels: { rest: { docs: { method: GET, path: /docs, service: orders.place } } }';
    const running = await startBus({ config: { 'c.yaml': channels }, services: [PlaceOrder] });

    const { status, body } = await sendRequest(`${running.url}/docs?sku=a`);
    await running.stop();

    expect([status, body]).toEqual([200, { sku: 'a' }]);
  });
});

describe('an OpenAPI option that does not match the bus', () => {
  it.each([
    ['license: { name: MIT, identifier: MIT, url: https://example.com }', '`identifier` or `url`, not both'],
    ['contact: {}', 'at least one of `name`, `url` and `email`'],
    ['contact: { email: nobody }', 'an email address'],
    ['tags: { oders: Orders }', 'did you mean `orders`'],
  ])('is a problem of trunkline check: %s', async (about, problem) => {
    const root = createProject({
      'config/bus.yaml': `bus: { services: [services], http: { openapi: { ${about} } } }`,
      'config/channels.yaml': 'channels: { rest: { orders.get: { method: GET, path: "/a/{id}", service: own } } }',
      'services/own.service.js': OWN_SERVICE,
    });

    const { code, stderr } = await runCommand(root, ['check']);

    expect([code, stderr]).toEqual([78, expect.stringContaining(problem)]);
  });

  it('is a problem of trunkline check: an example that the service rejects', async () => {
    const root = createProject({
      'config/bus.yaml': 'bus: { services: [services] }',
      'config/channels.yaml':
        'channels: { rest: { a: { method: GET, path: "/a/{id}", service: own, examples: { one: { input: { di: x } } } } } }',
      'services/own.service.js': OWN_SERVICE,
    });

    const { code, stderr } = await runCommand(root, ['check']);

    expect([code, stderr]).toEqual([78, expect.stringMatching(/channels\.yaml:1:\d+ .*examples\.one\.input/)]);
  });
});

describe('trunkline openapi', () => {
  it('prints the document that the bus serves', async () => {
    const root = createProject({
      'config/bus.yaml': 'bus: { name: shop, services: [services] }',
      'config/channels.yaml': 'channels: { rest: { a.b: { method: GET, path: "/a/{id}", service: own } } }',
      'services/own.service.js': OWN_SERVICE,
    });

    const { code, stdout } = await runCommand(root, ['openapi']);

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      info: { title: 'shop' },
      paths: { '/a/{id}': { get: { parameters: [{ name: 'id', in: 'path' }] } } },
    });
  });
});
