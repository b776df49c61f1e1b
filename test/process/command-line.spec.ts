import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { runCommand } from './run-command';
import { createGreetingProject } from './greeting-project';
import { createProject, runTrunkline } from './trunkline-process';

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
  it('check prints every problem with its position, and exits with 78', async () => {
    const { code, stderr } = await runCommand(createProject(TEN_MISTAKES), ['check']);
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
    const { code, stdout, stderr } = await runTrunkline(createProject(TEN_MISTAKES), ['start']);

    expect(code).toBe(78);
    expect(stdout).toBe('');
    expect(stderr).toContain('10 problems');
  });

  it('check reports a valid configuration', async () => {
    await expect(runCommand(createGreetingProject(), ['check'])).resolves.toMatchObject({
      code: 0,
      stdout: '3 files, 1 service: no problems\n',
    });
  });

  it('start without a configuration prints the directory that it searched', async () => {
    const { code, stderr } = await runTrunkline(createProject({ 'empty.txt': '' }), ['start']);

    expect(code).toBe(78);
    expect(stderr).toContain('config');
  });

  it.each([
    ['services', ['greet', 'crm.get']],
    ['channels', ['greet']],
    ['connections', ['CRM']],
  ])('%s prints a table and JSON', async (listing, names) => {
    const folder = createGreetingProject();

    const text = await runCommand(folder, [listing]);
    const machine = await runCommand(folder, [listing, '--json']);

    expect(text.code).toBe(0);
    for (const name of names) expect(text.stdout).toContain(name);
    expect((JSON.parse(machine.stdout) as { name: string }[]).map(({ name }) => name).toSorted()).toEqual(
      names.toSorted(),
    );
  });

  it('connections --explain prints the policies of a connection, outermost first, with the position of each value', async () => {
    const folder = createGreetingProject();

    const text = await runCommand(folder, ['connections', '--explain', 'CRM']);
    const machine = await runCommand(folder, ['connections', '--explain', 'CRM', '--json']);
    const unknown = await runCommand(folder, ['connections', '--explain', 'CMR']);

    expect(text.stdout).toMatch(/whole call.*└ retry.*└ hedge.*└ circuit breaker.*└ bulkhead.*└ attempt/s);
    expect(text.stdout).toMatch(/circuitBreaker\.openFor +5s +built in/);
    expect(JSON.parse(machine.stdout)).toMatchObject({ name: 'CRM', layers: expect.any(Array) });
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toContain('did you mean `CRM`?');
  });

  it('ping prints the state of upstream systems, and exits with 1 if one is down', async () => {
    const upstream = createServer((_request, response) => response.writeHead(204).end()).listen(0, '127.0.0.1');
    await once(upstream, 'listening');
    const { port } = upstream.address() as AddressInfo;
    const folder = createProject({
      'config/outgoing.yaml': `outgoing:
  rest:
    Well: { url: 'http://127.0.0.1:${port}', ping: { path: /health } }
    Gone: { url: 'http://127.0.0.1:1', ping: { path: /health } }
    Mute: { url: 'http://127.0.0.1:1' }
`,
    });

    const all = await runCommand(folder, ['ping']);
    const one = await runCommand(folder, ['ping', 'Well', '--json']);
    const none = await runCommand(folder, ['ping', 'Wlel']);
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

  it('check rejects chaos that the bus does not allow', async () => {
    const outgoing = `outgoing:
  rest:
    CRM: { url: 'http://127.0.0.1:1', chaos: { errorRate: 0.1 } }
`;
    const rejected = await runCommand(createProject({ 'config/outgoing.yaml': outgoing }), ['check']);
    const allowed = await runCommand(
      createProject({ 'config/outgoing.yaml': outgoing, 'config/bus.yaml': 'bus: { chaos: true }' }),
      ['check'],
    );

    expect(rejected.code).toBe(78);
    expect(rejected.stderr).toMatch(/config\/outgoing\.yaml:3:\d+ {2}outgoing\.rest\.CRM\.chaos {2}/);
    expect(allowed.code).toBe(0);
  });

  it('invoke runs one service and prints its payload', async () => {
    const { code, stdout } = await runCommand(createGreetingProject(), [
      'invoke',
      'greet',
      '--input',
      '{"name":"Ada"}',
      '--json',
    ]);

    expect({ code, stdout }).toEqual({ code: 0, stdout: '{"hello":"Ada"}\n' });
  });

  it.each([
    ['{"name":"nobody"}', 'RESOURCE_NOT_FOUND'],
    ['{}', 'VALIDATION_FAILED'],
  ])('invoke with %s prints the problem and exits with 1', async (input, code) => {
    const response = await runCommand(createGreetingProject(), ['invoke', 'greet', '--input', input]);

    expect(response.code).toBe(1);
    expect(response.stdout).toBe('');
    expect(response.stderr).toContain(`"code": "${code}"`);
  });

  it('invoke rejects a number that would lose digits', async () => {
    const { code, stderr } = await runCommand(createGreetingProject(), [
      'invoke',
      'greet',
      '--input',
      '[9007199254740993]',
    ]);

    expect(code).toBe(1);
    expect(stderr).toContain('the number at #/0 in --input');
  });

  it('invoke explains the form of the input', async () => {
    const { code, stderr } = await runCommand(createGreetingProject(), ['invoke', 'greet', '--input', 'name=Ada']);

    expect(code).toBe(1);
    expect(stderr).toContain('expected JSON for --input');
  });

  it('an unknown command exits with 1 and shows the help', async () => {
    const { code, stderr } = await runTrunkline(createGreetingProject(), ['strat']);

    expect(code).toBe(1);
    expect(stderr).toContain('Did you mean start?');
  });
});
