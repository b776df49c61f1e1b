import { runCommand } from './run-command';
import { createProject } from './trunkline-process';

/** A configuration whose secrets are in the environment of the hosts, but not of the command. */
const FILES = {
  'config/bus.yaml':
    "bus: { stores: { redis: '${NO_REDIS}' }, http: { port: '${NO_PORT}' }, jobs: { backend: '${JOBS_BACKEND:-embedded}' } }",
  'config/channels.yaml':
    'channels: { rest: { greet: { method: GET, path: /greet, service: greet, security: partners } } }',
  'config/security.yaml':
    "security: { partners: { type: apiKey, header: X-API-Key, callers: [{ name: acme, key: '${NO_KEY}' }] } }",
  'config/outgoing.yaml': "outgoing: { rest: { CRM: { url: '${NO_URL}' } } }",
};
const WRONG_SCHEDULE = { 'config/schedule.yaml': "schedule: { nightly: { every: 1h, service: '${NO_SERVICE}' } }" };

/** A service in code, and a connection that declares another service and lacks its address. */
const SERVICES = {
  'services/greet.service.js': `
const { BusService, Service } = require('trunkline');
exports.Greet = BusService({ name: 'greet', input: 'name' })(
  class extends Service {
    handle() {
      return { hello: this.request.input.name };
    }
  },
);`,
  'config/bus.yaml': "bus: { services: [services], stores: { redis: '${NO_REDIS}' }, http: { port: '${NO_PORT}' } }",
  'config/channels.yaml': `channels:
  rest:
    greet: { method: GET, path: '/greet/{name}', service: greet, security: partners }
    customer: { method: POST, path: /customer, service: crm.get }`,
  'config/outgoing.yaml': `outgoing:
  rest:
    CRM:
      url: '\${NO_URL}'
      onStatus: { 429: { status: 503, code: CRM_BUSY } }
      services: { crm.get: { method: GET, path: '/c/{id}', input: [id, { limit: integer }, -note] } }`,
};

const CONNECTIONS = {
  'config/outgoing.yaml': `outgoing:
  defaults: { timeout: 2s }
  rest: { CRM: { url: http://127.0.0.1:1, security: crm-key } }`,
  'config/security.yaml': `security:
  partners: { type: apiKey, header: X-API-Key, callers: [{ name: acme, key: '\${NO_KEY}' }] }
  crm-key: { type: apiKey, header: X-Api-Key, key: demo }`,
};

describe('a command', () => {
  it.each([
    [['dead-letters', 'list', '--json'], '[]'],
    [['schedules', 'list', '--json'], '[]'],
    [['channels', '--json'], '[{"name":"greet"'],
    [['maintenance', 'on', '--channel', 'greet'], 'The channel greet is in maintenance'],
  ])('does not need environment variables of unrelated sections: %j', async (args, printed) => {
    const { code, stdout, stderr } = await runCommand(createProject(FILES), args);

    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain(printed);
  });

  it.each([
    [['services', '--json'], '"name":"crm.get","input":"id, limit: integer, -note"'],
    [['services', '--json'], '"name":"greet","input":"name"'],
    [['openapi'], '"partners": {\n        "type": "apiKey",\n        "in": "header",\n        "name": "X-API-Key"'],
    [['openapi'], '"CRM_BUSY"'],
  ])('that lists services or channels does not need secrets and addresses: %j', async (args, printed) => {
    const { code, stdout, stderr } = await runCommand(createProject({ ...FILES, ...SERVICES }), args);

    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain(printed);
  });

  it('that invokes a service does not need secrets of channels, nor stores', async () => {
    const outgoing = SERVICES['config/outgoing.yaml'].replace('${NO_URL}', 'http://127.0.0.1:1');
    const folder = createProject({ ...FILES, ...SERVICES, 'config/outgoing.yaml': outgoing });

    const { code, stdout } = await runCommand(folder, ['invoke', 'greet', '--input', '{"name":"Ada"}', '--json']);

    expect([code, stdout]).toEqual([0, '{"hello":"Ada"}\n']);
  });

  it('that invokes a service needs the addresses of connections', async () => {
    const { code, stderr } = await runCommand(createProject({ ...FILES, ...SERVICES }), ['invoke', 'greet']);

    expect(code).toBe(78);
    expect(stderr.match(/\bNO_\w+(?=, which is not set)/g)).toEqual(['NO_URL']);
  });

  it('that lists channels prints their problems', async () => {
    const folder = createProject({ ...FILES, 'config/bus.yaml': "bus: { stores: { redis: '${NO_REDIS}' } }" });

    const { code, stderr } = await runCommand(folder, ['openapi']);

    expect([code, stderr]).toEqual([
      78,
      expect.stringContaining('channels.rest.greet.service  there is no service greet'),
    ]);
  });

  it.each([
    [['connections', '--json'], '"name":"CRM"'],
    [['connections', '--explain', 'CRM'], 'CRM  http://127.0.0.1:1'],
    [['ping'], 'no ping'],
  ])('about connections needs their credentials, and no others: %j', async (args, printed) => {
    const { code, stdout, stderr } = await runCommand(createProject({ ...FILES, ...CONNECTIONS }), args);

    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain(printed);
  });

  it.each([
    ["{ crm-key: { type: apiKey, header: X-Api-Key, key: '${NO_CRM_KEY}' } }", 'NO_CRM_KEY, which is not set'],
    ['{}', 'there is no security definition crm-key'],
  ])('about connections prints the problems of their credentials: %s', async (security, problem) => {
    const files = { ...FILES, ...CONNECTIONS, 'config/security.yaml': `security: ${security}` };

    const { code, stderr } = await runCommand(createProject(files), ['ping']);

    expect([code, stderr]).toEqual([78, expect.stringContaining(problem)]);
  });

  it('that prints the schema of jobs needs no store', async () => {
    const folder = createProject({
      ...FILES,
      'config/bus.yaml': "bus: { jobs: { backend: '${NO_JOBS}', schema: mine } }",
    });

    const { code, stdout } = await runCommand(folder, ['jobs', 'schema']);

    expect([code, stdout]).toEqual([0, expect.stringContaining('mine')]);
  });

  it('prints the missing variables that it needs, and no others', async () => {
    const folder = createProject({
      ...FILES,
      'config/bus.yaml': "bus: { name: '${NO_NAME}', jobs: { backend: '${NO_JOBS}' } }",
    });

    const { code, stderr } = await runCommand(folder, ['dead-letters', 'list']);

    expect(code).toBe(78);
    expect(stderr.match(/\bNO_\w+(?=, which is not set)/g)).toEqual(['NO_NAME', 'NO_JOBS']);
  });

  it('about schedules needs their section, one about dead letters does not', async () => {
    const folder = createProject({ ...FILES, ...WRONG_SCHEDULE });

    const codes = [];
    for (const what of ['dead-letters', 'schedules']) codes.push((await runCommand(folder, [what, 'list'])).code);

    expect(codes).toEqual([0, 78]);
  });

  it('needs every file to be readable', async () => {
    const folder = createProject({ ...FILES, 'config/broken.yaml': 'topics: {' });

    expect((await runCommand(folder, ['dead-letters', 'list'])).code).toBe(78);
  });

  it('that checks the configuration prints everything that is missing', async () => {
    const { code, stderr, stdout } = await runCommand(createProject(FILES), ['check']);

    expect(code).toBe(78);
    expect(new Set(`${stdout}${stderr}`.match(/\bNO_\w+(?=, which is not set)/g))).toEqual(
      new Set(['NO_REDIS', 'NO_PORT', 'NO_KEY', 'NO_URL']),
    );
  });
});
