import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sendRequest } from '../send-request';
import { waitForExit, waitForLogLine } from '../process/trunkline-process';
import { installPublishedPackages } from './published-packages';

const run = promisify(execFile);
const ROOT = join(__dirname, '..', '..');

const service = `
const { BusService, Service } = require('trunkline');
module.exports = BusService({ name: 'greet', input: 'name' })(
  class extends Service {
    handle() {
      return { hello: this.request.input.name };
    }
  },
);
`;

describe('a project that installs the published packages', () => {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'trunkline-user-'));
    await installPublishedPackages(folder);
    writeFileSync(join(folder, 'package.json'), '{ "private": true }');
    mkdirSync(join(folder, 'config'));
    mkdirSync(join(folder, 'services'));
    writeFileSync(join(folder, 'config', 'bus.yaml'), 'bus: { services: [services], http: { port: 0 } }');
    writeFileSync(
      join(folder, 'config', 'channels.yaml'),
      "channels: { rest: { greet: { method: GET, path: '/greet/{name}', service: greet } } }",
    );
    writeFileSync(join(folder, 'services', 'greet.service.js'), service);
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  it('runs with npx trunkline start', async () => {
    const child = spawn('npx', ['--no-install', 'trunkline', 'start'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { url, pid } = await waitForLogLine(child, 'listening');

    const response = await sendRequest(`${String(url)}/greet/Ada`);
    process.kill(Number(pid), 'SIGTERM');

    expect(response).toMatchObject({ status: 200, body: { hello: 'Ada' } });
    await expect(waitForExit(child)).resolves.toMatchObject({ code: 0 });
  }, 30_000);

  it('compiles with TypeScript', async () => {
    writeFileSync(
      join(folder, 'user.ts'),
      `import { BusService, Service } from 'trunkline';
       declare module 'trunkline' { interface Services { 'a.b': typeof A } }
       @BusService({ name: 'a.b', input: 'x' })
       export class A extends Service<{ x: string }, number> {
         async handle() { return this.invoke('a.b', { x: '1' }); }
       }
       @BusService({ name: 'c.d' })
       export class C extends Service {
         // @ts-expect-error an unknown name does not compile
         async handle() { return this.invoke('a.c', { x: '1' }); }
       }`,
    );
    const tsc = join(ROOT, 'node_modules', '@typescript', 'native', 'bin', 'tsc');
    const options = [
      '--noEmit',
      '--strict',
      '--module',
      'node20',
      '--target',
      'es2022',
      '--experimentalDecorators',
      '--skipLibCheck',
      '--types',
      '',
    ];

    await expect(run(process.execPath, [tsc, ...options, 'user.ts'], { cwd: folder })).resolves.toMatchObject({
      stdout: '',
    });
  }, 60_000);
});
