import { once } from 'node:events';
import { join } from 'node:path';
import { ask } from './answer';
import { ended, lineOf, projectOf, startTrunkline, trunkline } from './process';

const LIB = join(__dirname, '..', 'libs', 'bus');
const service = `
const { BusService, NotFoundError, Service } = require(${JSON.stringify(LIB)});
exports.Greet = BusService({ name: 'greet', input: 'name', description: 'Says hello' })(
  class extends Service {
    async handle() {
      if (this.request.input.name === 'nobody') throw new NotFoundError('Nobody there', { name: 'nobody' });
      if (this.request.input.name === 'slow') await new Promise((resolve) => setTimeout(resolve, 300));
      return { hello: this.request.input.name };
    }
  },
);
`;
const project = () =>
  projectOf({
    'services/greet.service.js': service,
    'config/bus.yaml': 'bus: { name: shop, services: [services], http: { port: 0 }, shutdown: { grace: 1s } }',
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
