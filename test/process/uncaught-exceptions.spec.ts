import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sendRequest } from '../send-request';
import { waitForExit, waitForLogLine, createProject, startTrunkline } from './trunkline-process';

const SERVICE = `
const { BusService, Service } = require('trunkline');
const fail = (text) => {
  throw Object.assign(new Error(text), { config: { headers: { authorization: 'Bearer canary-1' } }, password: 'canary-2' });
};
exports.Work = BusService({ name: 'work', input: 'how' })(
  class extends Service {
    async handle() {
      const { how } = this.request.input;
      if (how === 'throw') setTimeout(() => fail('thrown by a timer, with canary-3'), 1);
      if (how === 'again') for (const ms of [1, 2]) setTimeout(() => fail('thrown by a timer'), ms);
      if (how === 'slow') await new Promise((resolve) => setTimeout(resolve, 400));
      return { how, pid: process.pid };
    }
  },
);
`;
const project = (services = SERVICE) =>
  createProject({
    'services/work.service.js': services,
    'config/bus.yaml':
      'bus: { services: [services], http: { port: 0 }, shutdown: { grace: 10s }, log: { errorFile: errors.log } }',
    'config/channels.yaml': "channels: { rest: { work: { method: GET, path: '/work/{how}', service: work } } }",
    'config/outgoing.yaml': "outgoing: { rest: { A: { url: 'http://127.0.0.1:1', security: a } } }",
    'config/security.yaml': 'security: { a: { type: apiKey, header: X-Key, key: canary-3 } }',
  });
const parseLines = (text: string) =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** Waits until `count` workers listen. @returns their URL */
function listening(child: ChildProcess, count: number): Promise<string> {
  let text = '';
  return new Promise((resolve) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const lines = text.match(/^.*"msg":"listening.*$/gm) ?? [];
      if (lines.length === count) resolve(String(parseLines(lines[0] ?? '')[0]?.['url']));
    });
  });
}

describe('an uncaught exception', () => {
  jest.setTimeout(60_000);

  it('is one fatal line in log and errorFile, without secrets; requests in flight finish, and the exit code is 1', async () => {
    const root = project();
    const child = startTrunkline(root, ['start']);
    const end = waitForExit(child);
    const url = String((await waitForLogLine(child, 'listening'))['url']);
    const slow = sendRequest(`${url}/work/slow`);
    await sendRequest(`${url}/work/quick`);

    await sendRequest(`${url}/work/throw`);
    const [response, { code, stdout, stderr }] = await Promise.all([slow, end]);

    expect(response).toMatchObject({ status: 200, body: { how: 'slow' } });
    expect(code).toBe(1);
    for (const text of [stdout, readFileSync(join(root, 'errors.log'), 'utf8')]) {
      const fatal = parseLines(text).filter(({ level }) => level === 'fatal');
      expect(fatal).toHaveLength(1);
      expect(fatal[0]).toMatchObject({ err: { message: expect.stringContaining('thrown by a timer') } });
    }
    expect(stdout + stderr).not.toContain('canary');
    expect(stderr).toBe('');
  });

  it('after the first is an error line, and the bus still shuts down', async () => {
    const child = startTrunkline(project(), ['start']);
    const end = waitForExit(child);
    const url = String((await waitForLogLine(child, 'listening'))['url']);

    const response = sendRequest(`${url}/work/again`);

    await expect(response).resolves.toMatchObject({ status: 200 });
    const { code, stdout } = await end;
    expect(code).toBe(1);
    expect(parseLines(stdout).filter(({ level }) => level === 'fatal')).toHaveLength(1);
  });

  it('stops a worker, which is replaced while the others keep serving', async () => {
    const child = startTrunkline(project(), ['start', '--workers', '2']);
    const end = waitForExit(child);
    const url = await listening(child, 2);
    const crash = waitForLogLine(child, 'worker crashed and will be replaced');

    await sendRequest(`${url}/work/throw`);

    await expect(crash).resolves.toMatchObject({ exitCode: 1 });
    await expect(sendRequest(`${url}/work/quick`)).resolves.toMatchObject({ status: 200 });
    child.kill('SIGTERM');
    const { stdout, stderr } = await end;
    expect(parseLines(stdout).filter(({ level }) => level === 'fatal')).toHaveLength(1);
    expect(stdout + stderr).not.toContain('canary');
  });

  it('during the start prints its stack alone: exit code 1', async () => {
    const services = `${SERVICE}\nqueueMicrotask(() => fail('thrown at the start'));`;

    const { code, stderr } = await waitForExit(startTrunkline(project(services), ['start']));

    expect(code).toBe(1);
    expect(stderr).toContain('thrown at the start');
    expect(stderr).not.toContain('canary');
  });
});
