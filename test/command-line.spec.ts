import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ask } from './answer';
import { ended, lineOf, projectOf, startTrunkline, trunkline } from './process';
import { exchange } from './raw-socket';

const LIB = join(__dirname, '..', 'libs', 'bus');
const service = `
const { BusService, NotFoundError, Service } = require(${JSON.stringify(LIB)});
exports.Greet = BusService({ name: 'greet', input: 'name', description: 'Says hello' })(
  class extends Service {
    async handle() {
      if (this.request.input.name === 'nobody') throw new NotFoundError('Nobody there', { name: 'nobody' });
      if (this.request.input.name === 'careless') void Promise.reject(new Error('nobody waits for this'));
      if (this.request.input.name === 'hang') await new Promise(() => undefined);
      if (this.request.input.name === 'slow') await new Promise((resolve) => setTimeout(resolve, 300));
      return { hello: this.request.input.name };
    }
  },
);
`;
const project = (shutdown = '{ grace: 1s }') =>
  projectOf({
    'services/greet.service.js': service,
    'config/bus.yaml': `bus: { name: shop, services: [services], http: { port: 0 }, shutdown: ${shutdown} }`,
    'config/channels.yaml': "channels: { rest: { greet: { method: GET, path: '/greet/{name}', service: greet } } }",
    'config/outgoing.yaml':
      "outgoing: { rest: { CRM: { url: 'http://127.0.0.1:1', services: { crm.get: { method: GET, path: '/c/{id}' } } } } }",
  });

const TEN_MISTAKES = {
  'config/bus.yaml': `bus:
  name: shop
  http: { port: "80", bodyLimit: 1M }
  erors: { format: problem }
  shutdown: { grace: 5 }
`,
  'config/channels.yaml': `channels:
  rest:
    a: { method: FETCH, path: /a, service: crm.get }
    b: { method: GET, path: a, service: crm.get }
    c: { method: GET, path: /c, service: crm.gte }
    d: { method: GET, path: /c, service: crm.get }
`,
  'config/outgoing.yaml': `outgoing:
  rest:
    CRM:
      url: \${CRM_URL}
      services: { crm.get: { method: GET, path: '/c/{id}' } }
    ERP: { url: 'http://127.0.0.1:2', security: nobody }
`,
};

describe('trunkline', () => {
  it('check prints every mistake with its place, and exits with 78', async () => {
    const { code, stderr } = await trunkline(projectOf(TEN_MISTAKES), ['check']);
    const lines = stderr.split('\n').filter((line) => /^config\/\w+\.yaml:\d+:\d+  /.test(line));

    expect(code).toBe(78);
    expect(lines).toHaveLength(10);
    expect(lines.map((line) => line.split('  ')[1])).toEqual(
      expect.arrayContaining([
        'bus.http.port',
        'bus.http.bodyLimit',
        'bus.erors',
        'bus.shutdown.grace',
        'channels.rest.a.method',
        'channels.rest.b.path',
        'channels.rest.c.service',
        'channels.rest.d.path',
        'outgoing.rest.CRM.url',
        'outgoing.rest.ERP.security',
      ]),
    );
    expect(stderr).toContain('did you mean `errors`?');
    expect(stderr).toContain('did you mean `crm.get`?');
  });

  it('start with such a configuration binds no port', async () => {
    const { code, stdout, stderr } = await trunkline(projectOf(TEN_MISTAKES), ['start']);

    expect(code).toBe(78);
    expect(stdout).toBe('');
    expect(stderr).toContain('10 problems');
  });

  it('check says that nothing is wrong', async () => {
    await expect(trunkline(project(), ['check'])).resolves.toMatchObject({
      code: 0,
      stdout: '3 files, 1 service: no problems\n',
    });
  });

  it('start without a configuration says where it looked', async () => {
    const { code, stderr } = await trunkline(projectOf({ 'empty.txt': '' }), ['start']);

    expect(code).toBe(78);
    expect(stderr).toContain('config');
  });

  it.each([
    ['services', ['greet', 'crm.get']],
    ['channels', ['greet']],
    ['connections', ['CRM']],
  ])('%s lists them, for people and for programs', async (command, names) => {
    const folder = project();

    const text = await trunkline(folder, [command]);
    const machine = await trunkline(folder, [command, '--json']);

    expect(text.code).toBe(0);
    for (const name of names) expect(text.stdout).toContain(name);
    expect((JSON.parse(machine.stdout) as { name: string }[]).map(({ name }) => name).toSorted()).toEqual(
      names.toSorted(),
    );
  });

  it('connections --explain tells the policies of one, from the outside in, and where each value was said', async () => {
    const folder = project();

    const text = await trunkline(folder, ['connections', '--explain', 'CRM']);
    const machine = await trunkline(folder, ['connections', '--explain', 'CRM', '--json']);
    const unknown = await trunkline(folder, ['connections', '--explain', 'CMR']);

    expect(text.stdout).toMatch(/whole call.*└ retry.*└ hedge.*└ circuit breaker.*└ bulkhead.*└ attempt/s);
    expect(text.stdout).toMatch(/circuitBreaker\.openFor +5s +built in/);
    expect(JSON.parse(machine.stdout)).toMatchObject({ name: 'CRM', layers: expect.any(Array) });
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toContain('did you mean `CRM`?');
  });

  it('ping says how the systems behind the bus are, and exits with 1 if one is down', async () => {
    const upstream = createServer((_request, response) => response.writeHead(204).end()).listen(0, '127.0.0.1');
    await once(upstream, 'listening');
    const { port } = upstream.address() as AddressInfo;
    const folder = projectOf({
      'config/outgoing.yaml': `outgoing:
  rest:
    Well: { url: 'http://127.0.0.1:${port}', ping: { path: /health } }
    Gone: { url: 'http://127.0.0.1:1', ping: { path: /health } }
    Mute: { url: 'http://127.0.0.1:1' }
`,
    });

    const all = await trunkline(folder, ['ping']);
    const one = await trunkline(folder, ['ping', 'Well', '--json']);
    const none = await trunkline(folder, ['ping', 'Wlel']);
    upstream.close();

    expect(all.code).toBe(1);
    expect(all.stdout.split('\n').map((line) => line.trimEnd())).toEqual([
      expect.stringMatching(/^CONNECTION +STATE +STATUS +MS +CODE$/),
      expect.stringMatching(/^Well +up +204 +\d+$/),
      expect.stringMatching(/^Gone +down +\d+ +UPSTREAM_UNREACHABLE$/),
      expect.stringMatching(/^Mute +no ping$/),
      '',
    ]);
    expect(one.code).toBe(0);
    expect(JSON.parse(one.stdout)).toMatchObject([{ connection: 'Well', state: 'up', status: 204 }]);
    expect(none.code).toBe(1);
    expect(none.stderr).toContain('did you mean `Well`?');
  });

  it('check refuses chaos that the bus does not allow', async () => {
    const outgoing = `outgoing:
  rest:
    CRM: { url: 'http://127.0.0.1:1', chaos: { errorRate: 0.1 } }
`;
    const refused = await trunkline(projectOf({ 'config/outgoing.yaml': outgoing }), ['check']);
    const allowed = await trunkline(
      projectOf({ 'config/outgoing.yaml': outgoing, 'config/bus.yaml': 'bus: { chaos: true }' }),
      ['check'],
    );

    expect(refused.code).toBe(78);
    expect(refused.stderr).toMatch(/config\/outgoing\.yaml:3:\d+ {2}outgoing\.rest\.CRM\.chaos {2}/);
    expect(allowed.code).toBe(0);
  });

  it('invoke runs one service and prints its payload', async () => {
    const { code, stdout } = await trunkline(project(), ['invoke', 'greet', '--input', '{"name":"Ada"}', '--json']);

    expect({ code, stdout }).toEqual({ code: 0, stdout: '{"hello":"Ada"}\n' });
  });

  it.each([
    ['{"name":"nobody"}', 'RESOURCE_NOT_FOUND'],
    ['{}', 'VALIDATION_FAILED'],
  ])('invoke with %s prints the problem and exits with 1', async (input, code) => {
    const answer = await trunkline(project(), ['invoke', 'greet', '--input', input]);

    expect(answer.code).toBe(1);
    expect(answer.stdout).toBe('');
    expect(answer.stderr).toContain(`"code": "${code}"`);
  });

  it('invoke says what input looks like', async () => {
    const { code, stderr } = await trunkline(project(), ['invoke', 'greet', '--input', 'name=Ada']);

    expect(code).toBe(1);
    expect(stderr).toContain('--input takes JSON');
  });

  it('an unknown command exits with 1 and shows the help', async () => {
    const { code, stderr } = await trunkline(project(), ['strat']);

    expect(code).toBe(1);
    expect(stderr).toContain('Did you mean start?');
  });
});

describe('a running bus', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('finishes what is in flight on %s and exits with 0', async (signal) => {
    const child = startTrunkline(project(), ['start']);
    const { url } = await lineOf(child, 'listening');
    const answer = ask(`${String(url)}/greet/slow`);
    await new Promise((resolve) => setTimeout(resolve, 100));

    child.kill(signal);

    await expect(answer).resolves.toMatchObject({ status: 200, body: { hello: 'slow' } });
    await expect(ended(child)).resolves.toMatchObject({ code: 0 });
  });

  it('goes on serving for as long as it drains, while it says that it is not ready', async () => {
    const child = startTrunkline(project('{ drain: 1s, grace: 1s }'), ['start']);
    const { url } = await lineOf(child, 'listening');
    const isEnding = lineOf(child, 'ending');
    const end = ended(child);

    child.kill('SIGTERM');
    await isEnding;
    await new Promise((resolve) => setTimeout(resolve, 100));

    await expect(ask(`${String(url)}/health/ready`)).resolves.toMatchObject({ status: 503, body: { status: 'down' } });
    const answer = await exchange(String(url), 'GET /greet/Ada HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer.toLowerCase()).toContain('connection: close');
    await expect(end).resolves.toMatchObject({ code: 0 });
  });

  it('has every answer close its connection once it ends, those under way included', async () => {
    const child = startTrunkline(project('{ drain: 1s, grace: 2s }'), ['start']);
    const { url } = await lineOf(child, 'listening');
    const isEnding = lineOf(child, 'ending');
    const end = ended(child);
    const request = 'GET /greet/slow HTTP/1.1\r\nHost: a\r\n\r\n';
    const answer = exchange(String(url), request, 10_000);
    await new Promise((resolve) => setTimeout(resolve, 100));

    child.kill('SIGTERM');
    await isEnding;

    const text = await answer;
    expect(text).toMatch(/^HTTP\/1\.1 200 /);
    expect(text.toLowerCase()).toContain('connection: close');
    await expect(end).resolves.toMatchObject({ code: 0 });
  });

  it('ends at once on a second signal', async () => {
    const child = startTrunkline(project('{ drain: 1h }'), ['start']);
    await lineOf(child, 'listening');
    const isEnding = lineOf(child, 'ending');
    const end = ended(child);

    child.kill('SIGTERM');
    await isEnding;
    child.kill('SIGTERM');

    await expect(end).resolves.toMatchObject({ code: 1 });
  });

  it('exits with 1 when requests had to be cut off after grace', async () => {
    const child = startTrunkline(project('{ grace: 200ms }'), ['start']);
    const { url } = await lineOf(child, 'listening');
    const cut = ask(`${String(url)}/greet/hang`).catch(() => 'cut off');
    await new Promise((resolve) => setTimeout(resolve, 100));
    const end = ended(child);

    child.kill('SIGTERM');

    await expect(end).resolves.toMatchObject({ code: 1 });
    await expect(cut).resolves.toBe('cut off');
  });

  it('outlives a rejection that nobody handles, and says so in the log', async () => {
    const child = startTrunkline(project(), ['start']);
    const { url } = await lineOf(child, 'listening');
    const line = lineOf(child, 'a promise was rejected');

    await ask(`${String(url)}/greet/careless`);

    await expect(line).resolves.toMatchObject({ level: 'error' });
    await expect(ask(`${String(url)}/greet/Ada`)).resolves.toMatchObject({ status: 200 });
    child.kill();
    await once(child, 'close');
  });

  it('says which port is taken', async () => {
    const first = startTrunkline(project(), ['start']);
    const { url } = await lineOf(first, 'listening');
    const { port } = new URL(String(url));

    const second = await trunkline(project(), ['start', '--port', port]);
    first.kill();
    await once(first, 'close');

    expect(second.code).toBe(1);
    expect(second.stderr).toContain(port);
    expect(second.stderr).toContain('another process listens there');
  });
});
