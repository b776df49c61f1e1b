import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../process/run-command';
import { createProject, runTrunkline } from '../process/trunkline-process';

const CONFIG = {
  'config/bus.yaml': 'bus: { services: [services], http: { port: 0 } }',
  'config/channels.yaml': "channels: { rest: { greet: { method: GET, path: '/greet/{name}', service: greet } } }",
};
const declared = (options: string, body = 'extends Service { handle() { return 1; } }') => `
const { BusService, Service } = require('trunkline');
exports.Greet = BusService({ name: 'greet', ${options} })(class Greet ${body});`;
/** The part of `trunkline` that services use. */
function copyPackage(from: string, to: string): void {
  for (const part of ['dist', 'package.json']) cpSync(join(from, part), join(to, part), { recursive: true });
}
const projectWith = (files: Readonly<Record<string, string>>) => createProject({ ...CONFIG, ...files });

describe('a mistake in a service', () => {
  jest.setTimeout(60_000);

  it.each([
    ['check', runCommand],
    ['start', runTrunkline],
  ])('is reported by %s, with file, service and key: exit code 78', async (command, run) => {
    const root = projectWith({
      'services/greet.service.js': declared("inputs: 'name', timeout: 'soon'"),
      'services/wave.service.js': declared('', 'extends Service {}').replace("'greet'", "'wave'"),
    });

    const { code, stderr } = await run(root, [command]);

    expect(code).toBe(78);
    expect(stderr).toMatch(/^config\/bus\.yaml:1:\d+ .*the service greet in .*greet\.service\.js: unknown key inputs/);
    expect(stderr).toContain('did you mean `input`?; timeout is invalid: expected milliseconds or a duration');
    expect(stderr).toMatch(/the service wave in .*wave\.service\.js: the class has no handle\(\)/);
    expect(stderr).toContain('2 problems');
  });

  it.each([
    ['{ handle() { return 1; } }', 'the class does not extend Service'],
    ['extends Service {}', 'the class has no handle()'],
    ['extends Service { constructor(repository) { super(); } handle() {} }', '"emitDecoratorMetadata": true'],
  ])('is a class %s', async (body, message) => {
    const root = projectWith({ 'services/greet.service.js': declared('', body) });

    const { code, stderr } = await runCommand(root, ['check']);

    expect(code).toBe(78);
    expect(stderr).toContain(message);
    expect(stderr).toContain('1 problem ');
  });

  it('is a base class of another copy of trunkline: both copies are named', async () => {
    const root = projectWith({ 'services/greet.service.js': declared('') });
    const libs = join(__dirname, '..', '..', 'libs');
    const copy = join(root, 'services', 'node_modules', 'trunkline');
    copyPackage(join(libs, 'service'), copy);
    symlinkSync(join(libs, '..', 'node_modules'), join(copy, 'node_modules'));

    const { code, stderr } = await runTrunkline(root, ['check']);

    expect(code).toBe(78);
    expect(stderr).toContain(`another copy of trunkline, in ${copy}`);
    expect(stderr).toContain(join(libs, 'service'));
    expect(stderr).toContain('1 problem ');
  });
});

describe('a directory of services', () => {
  jest.setTimeout(60_000);

  it.each([
    ['empty', { 'services/readme.txt': '' }, /has no \*\.service\.js: build first/],
    [
      'of TypeScript alone',
      { 'services/greet.service.ts': '' },
      /contains only TypeScript \(greet\.service\.ts\): build first/,
    ],
    ['that is not there', {}, /does not exist: build first/],
    [
      'whose decorators are compiled without experimentalDecorators',
      {
        'services/greet.service.js': `const IsString = () => (prototype) => prototype.constructor;
function __esDecorate(decorate) { decorate(undefined, { kind: 'field', name: 'name' }); }
__esDecorate(IsString());`,
      },
      /greet\.service\.js cannot be loaded: its decorators are compiled without "experimentalDecorators"/,
    ],
  ])('%s is reported in one sentence with a remedy', async (_name, files, message) => {
    const root = projectWith(files);

    const { code, stderr } = await runCommand(root, ['check']);

    expect(code).toBe(78);
    expect(stderr).toMatch(message);
    expect(stderr).toContain('1 problem ');
    expect(stderr).not.toContain('there is no service');
  });
});
