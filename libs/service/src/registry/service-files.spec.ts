import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadServices } from './service-files';

const declared = (name: string) => `
  class Some {}
  Reflect.defineMetadata(Symbol.for('trunkline.service'), { name: '${name}' }, Some);`;

describe('a directory of services', () => {
  let directory: string;
  const write = (path: string, text: string) => {
    mkdirSync(join(directory, path, '..'), { recursive: true });
    writeFileSync(join(directory, path), text);
  };
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'trunkline-services-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it('provides the services of every *.service.js below it, in the order of their paths', () => {
    write('z.service.js', `${declared('z')} exports.Z = Some; exports.other = 5;`);
    write('deep/a.service.js', `${declared('a')} module.exports = Some;`);
    write('not-one.js', `${declared('never')} exports.Never = Some;`);

    expect(loadServices(directory).services).toMatchObject([
      { name: 'a', exportName: 'default', file: join(directory, 'deep/a.service.js') },
      { name: 'z', exportName: 'Z' },
    ]);
  });

  it('must exist', () => {
    expect(() => loadServices(join(directory, 'nowhere'))).toThrow('does not exist');
  });

  it('reports each file that cannot be loaded, and provides the services of all others', () => {
    write('broken.service.js', 'throw new Error("no licence")');
    write('corrupt.service.js', 'module.exports = {');
    write('sound.service.js', `${declared('sound')} module.exports = Some;`);

    const { services, unloadable } = loadServices(directory);

    expect(services).toMatchObject([{ name: 'sound' }]);
    expect(unloadable.map(({ error }) => error.message)).toEqual([
      expect.stringMatching(/broken\.service\.js cannot be loaded: no licence/),
      expect.stringMatching(/corrupt\.service\.js cannot be loaded: /),
    ]);
  });
});
