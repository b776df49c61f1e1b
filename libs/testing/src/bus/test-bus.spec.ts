import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Injectable, Module } from '@nestjs/common';
import { BusService, NotFoundError, Service } from 'trunkline';
import { createJsonResponse, ScriptedUpstream } from '../peers/scripted-upstream';
import { TestBus, type TestBusOptions } from './test-bus';

@BusService({ name: 'customer.get' })
class GetCustomer extends Service<{ id: string }> {
  async handle() {
    this.logger.info('looking a customer up');
    if (this.request.input.id === '0') throw new NotFoundError('No such customer');
    const response = await this.out.rest['CRM']?.get('/customers/{id}', { params: { id: this.request.input.id } });
    return response?.data;
  }
}

@Injectable()
class Greeting {
  readonly text = 'hello';
}

@BusService({ name: 'greet' })
class Greet extends Service {
  constructor(private readonly greeting: Greeting) {
    super();
  }

  handle() {
    return this.greeting.text;
  }
}

@Module({ providers: [Greeting], exports: [Greeting] })
class GreetingModule {}

describe('a bus in a test', () => {
  let upstream: ScriptedUpstream;
  let bus: TestBus | undefined;
  beforeAll(async () => {
    upstream = await ScriptedUpstream.listen((socket) => socket.write(createJsonResponse({ name: 'Ada' })));
  });
  afterEach(() => bus?.stop());
  afterAll(() => upstream.close());
  const start = async (options: TestBusOptions) => (bus = await TestBus.create(options));
  const startWithCustomers = () =>
    start({
      services: [GetCustomer],
      config: {
        'outgoing.yaml': `outgoing: { rest: { CRM: { url: '${upstream.url}' } } }`,
        'channels.yaml':
          "channels: { rest: { customer: { method: GET, path: '/customer/{id}', service: customer.get } } }",
      },
    });

  it('invokes services, which call their upstreams', async () => {
    const started = await startWithCustomers();

    expect(await started.invoke(GetCustomer, { id: '1' })).toEqual({ name: 'Ada' });
    expect(await started.invoke('customer.get', { id: '1' })).toEqual({ name: 'Ada' });
    await expect(started.invoke(GetCustomer, { id: '0' })).rejects.toMatchObject({ code: 'RESOURCE_NOT_FOUND' });
  });

  it('serves the channels of its configuration', async () => {
    const started = await startWithCustomers();

    expect(await started.request('/customer/1')).toMatchObject({ status: 200, body: { name: 'Ada' } });
    expect(await started.request('/customer/0')).toMatchObject({ status: 404, body: { code: 'RESOURCE_NOT_FOUND' } });
    expect(await started.request('/customer/1', { method: 'DELETE' })).toMatchObject({ status: 405 });
  });

  it('records its log', async () => {
    const started = await startWithCustomers();

    await started.invoke(GetCustomer, { id: '1' });

    expect(started.readLog()).toContainEqual(
      expect.objectContaining({ level: 'info', service: 'customer.get', msg: 'looking a customer up' }),
    );
  });

  it('injects its modules', async () => {
    const started = await start({ services: [Greet], modules: [GreetingModule] });

    expect(await started.invoke(Greet, undefined)).toBe('hello');
  });

  it('uses the configuration of a directory, but a free port', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'trunkline-test-spec-'));
    writeFileSync(join(directory, 'bus.yaml'), 'bus: { name: shop, http: { port: 1 } }');

    const started = await start({ config: directory });

    expect(started.bus.config.bus.name).toBe('shop');
    expect(new URL(started.url).port).not.toBe('1');
    await started.stop();
    expect(existsSync(directory)).toBe(true);
    rmSync(directory, { recursive: true });
    bus = undefined;
  });

  it('leaves no files, also when its configuration is wrong', async () => {
    const countFolders = () => readdirSync(tmpdir()).filter((name) => name.startsWith('trunkline-test-')).length;
    const before = countFolders();

    await expect(start({ config: { 'bus.yaml': 'buss: {}' } })).rejects.toThrow('buss');

    expect(countFolders()).toBe(before);
  });
});
