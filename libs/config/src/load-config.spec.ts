import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { TemporaryProject } from './temporary-project.fixture';
import {
  type LoadConfigOptions,
  ConfigurationError,
  type LoadedConfig,
  defineSection,
  duration,
  formatProblem,
  loadConfig,
  readConfig,
  secret,
  switchable,
} from './index';

const bus = defineSection({
  key: 'bus',
  schema: z.strictObject({
    name: z.string().default('bus'),
    port: z.int().default(11223),
    http: z.strictObject({ host: z.string().default('127.0.0.1'), timeout: duration().prefault('15s') }).prefault({}),
  }),
});
const channels = defineSection({
  key: 'channels',
  schema: z.strictObject({
    rest: z
      .record(z.string(), z.strictObject({ service: z.string(), method: z.enum(['GET', 'POST']).default('GET') }))
      .default({}),
  }),
});
const outgoing = defineSection({
  key: 'outgoing',
  schema: z.record(
    z.string(),
    z.strictObject({
      key: secret().optional(),
      store: secret().default('memory'),
      retry: switchable(z.strictObject({})).optional(),
    }),
  ),
});
const sections = [bus, channels, outgoing];

let disk: TemporaryProject;
const load = (files: Record<string, string | Uint8Array>, options: Partial<LoadConfigOptions> = {}) => {
  disk = new TemporaryProject(files);
  return loadConfig({ directory: disk.directory, sections, env: {}, ...options });
};
const listProblems = (files: Record<string, string | Uint8Array>, options: Partial<LoadConfigOptions> = {}) => {
  disk = new TemporaryProject(files);
  return readConfig({ directory: disk.directory, sections, env: {}, ...options }).problems.map(formatProblem);
};
afterEach(() => disk.remove());

describe('loading', () => {
  it('returns typed sections with defaults applied, even if no file has the section', () => {
    const config = load({ 'config/bus.yaml': 'bus: { name: storefront, http: { timeout: 2m } }' });

    expect(config.get(bus)).toEqual({ name: 'storefront', port: 11223, http: { host: '127.0.0.1', timeout: 120_000 } });
    expect(config.get(channels)).toEqual({ rest: {} });
    expect(sections.map((section) => config.has(section))).toEqual([true, false, false]);
  });

  it('reads *.yaml and *.yml of the directory by name, without hidden files and subdirectories', () => {
    const config = load({
      'config/b.yaml': '',
      'config/a.yml': '',
      'config/.a.yaml': '{',
      'config/c.json': '{',
      'config/below/d.yaml': '{',
    });

    expect(config.files).toEqual(['config/a.yml', 'config/b.yaml']);
    expect(config.directory).toBe(disk.directory);
  });

  it('resolves relative paths from the project root, the parent of the directory', () => {
    const config = load({ 'config/bus.yaml': 'bus: { name: "${file:name.txt}" }', 'name.txt': 'storefront' });

    expect(config.get(bus).name).toBe('storefront');
    expect(config.resolve('dist/services')).toBe(join(disk.root, 'dist/services'));
    expect(config.resolve('/dist')).toBe('/dist');
  });

  it('accepts another project root', () => {
    const config = load({ 'config/a.yaml': '' }, { root: '/' });

    expect(config.root).toBe('/');
    expect(config.files).toEqual([join(disk.directory, 'a.yaml').slice(1)]);
  });

  it('reads variables from the environment of the process by default', () => {
    disk = new TemporaryProject({ 'config/bus.yaml': 'bus: { name: "${PATH}" }' });

    expect(loadConfig({ directory: disk.directory, sections }).get(bus).name).toBe(process.env['PATH']);
  });

  it('treats names that every object inherits as plain names', () => {
    const config = load({
      'config/a.yaml': 'channels: { rest: { constructor: { service: a }, toString: { service: b } } }',
    });

    expect(Object.keys(config.get(channels).rest)).toEqual(['constructor', 'toString']);
  });

  it('rejects sections that were not loaded, and two sections of one key', () => {
    const config = load({ 'config/a.yaml': '' }, { sections: [bus] });

    expect(() => config.get(channels)).toThrow(TypeError);
    expect(() => loadConfig({ directory: disk.directory, sections: [bus, { ...bus }] })).toThrow(TypeError);
  });

  it('lists the secrets that a log must not show, except short ones', () => {
    const config = load(
      { 'config/a.yaml': 'outgoing: { a: { key: "${KEY}" }, b: { key: hunter2 }, c: { key: abc } }' },
      { env: { KEY: 'swordfish' } },
    );

    expect(config.secrets).toEqual(['swordfish', 'hunter2']);
  });

  it('does not list a value that the schema publishes as its default', () => {
    const config = load({ 'config/a.yaml': 'outgoing: { a: { store: memory }, b: { store: swordfish } }' });

    expect(config.secrets).toEqual(['swordfish']);
  });
});

describe('an unreadable file', () => {
  it.each([
    ['nowhere', 'nowhere:1:1  expected a directory, but it does not exist'],
    ['file', 'file:1:1  expected a directory, but it is not a directory'],
    ['config', 'config:1:1  expected at least one *.yaml file, got none'],
  ])('is a problem: %s', (name, problem) => {
    disk = new TemporaryProject({ file: '' });

    expect(() => loadConfig({ directory: join(disk.root, name), sections })).toThrow(ConfigurationError);
    expect(readConfig({ directory: join(disk.root, name), sections }).problems.map(formatProblem)).toEqual([problem]);
  });

  it('is reported for each file', () => {
    disk = new TemporaryProject({ 'config/a.yaml': Uint8Array.of(0xe9), 'config/b.yaml': 'x'.repeat(1024 * 1024 + 1) });
    mkdirSync(join(disk.directory, 'c.yaml'));

    expect(readConfig({ directory: disk.directory, sections }).problems.map(formatProblem)).toEqual([
      'config/a.yaml:1:1  expected a YAML file, but it is not UTF-8 text',
      'config/b.yaml:1:1  expected a YAML file, but it is larger than 1MiB',
      'config/c.yaml:1:1  expected a YAML file, but it is not a file',
    ]);
  });

  it('suppresses problems about missing keys, and checks', () => {
    const named = defineSection({
      key: 'named',
      schema: z.strictObject({ name: z.string(), port: z.int().optional() }),
    });
    const check = { needs: [named], run: () => [{ file: '', line: 1, column: 1, path: '', message: 'checked' }] };
    const files = { 'config/a.yaml': 'named: { prot: 1 }', 'config/b.yaml': '{' };

    const problems = listProblems(files, { sections: [named], checks: [check] });

    expect(problems.map((problem) => problem.split('  ', 2).join(' '))).toEqual([
      'config/a.yaml:1:10 named.prot',
      expect.stringContaining('config/b.yaml:1:2 not valid YAML'),
    ]);
  });
});

describe('a section split over files', () => {
  it('is merged by its keys, and by the names in its mappings by name', () => {
    const config = load({
      'config/a.yaml': 'bus: { name: a }\nchannels: { rest: { one: { service: a } } }\noutgoing: { A: {} }',
      'config/b.yaml': 'bus: { port: 1 }\nchannels: { rest: { two: { service: b } } }\noutgoing: { B: {} }',
    });

    expect(config.get(bus)).toMatchObject({ name: 'a', port: 1 });
    expect(Object.keys(config.get(channels).rest)).toEqual(['one', 'two']);
    expect(Object.keys(config.get(outgoing))).toEqual(['A', 'B']);
  });

  it('reports both positions of a duplicate key', () => {
    const problems = listProblems({
      'config/a.yaml': 'bus:\n  name: a\n  http: { host: a }\nchannels:\n  rest:\n    one: { service: a }',
      'config/b.yaml': 'bus:\n  name: b\n  http: { timeout: 1s }\nchannels:\n  rest:\n    one: { method: GET }',
      'config/c.yaml': 'bus:\n  name: c',
    });

    expect(problems).toEqual([
      'config/b.yaml:2:3  bus.name  expected once, but already given at config/a.yaml:2:3',
      'config/b.yaml:3:3  bus.http  expected once, but already given at config/a.yaml:3:3',
      'config/b.yaml:6:5  channels.rest.one  expected once, but already given at config/a.yaml:6:5',
      'config/c.yaml:2:3  bus.name  expected once, but already given at config/a.yaml:2:3',
    ]);
  });

  it('is absent if there is no value below its key', () => {
    const config = load({ 'config/a.yaml': 'bus:\nchannels:\n  rest:\n', 'config/b.yaml': 'bus: { name: b }' });

    expect(config.get(bus).name).toBe('b');
    expect(config.has(channels)).toBe(true);
    expect(config.get(channels)).toEqual({ rest: {} });
  });

  it('cannot be a mapping in one file and another value in another', () => {
    const problems = listProblems({ 'config/a.yaml': 'bus: 5', 'config/b.yaml': 'bus: { name: b }' });

    expect(problems).toEqual([
      'config/a.yaml:1:6  bus  expected a mapping, got 5',
      'config/b.yaml:1:1  bus  expected once, but already given at config/a.yaml:1:1',
    ]);
  });
});

describe('a value that is a single reference', () => {
  const types = defineSection({
    key: 'types',
    schema: z.strictObject({
      number: z.number().optional(),
      flag: z.boolean().optional(),
      status: z.literal([400, 422]).optional(),
      text: z.string().optional(),
      either: z.union([z.literal('off'), z.strictObject({ max: z.int() })]).optional(),
      list: z.array(z.number()).optional(),
    }),
  });
  const listTypes = (yaml: string, env: Record<string, string>) =>
    load({ 'config/a.yaml': `types: { ${yaml} }` }, { sections: [types], env }).get(types);

  it.each([
    ['number: ${X}', '8080', { number: 8080 }],
    ['number: "${X}"', '-1.5e3', { number: -1500 }],
    ['number: ${Y:-5}', '', { number: 5 }],
    ['flag: ${X}', 'true', { flag: true }],
    ['flag: ${X}', 'False', { flag: false }],
    ['status: ${X}', '422', { status: 422 }],
    ['text: ${X}', '5', { text: '5' }],
    ['text: ${X}', 'true', { text: 'true' }],
    ['either: ${X}', 'off', { either: 'off' }],
    ['either: { max: ${X} }', '3', { either: { max: 3 } }],
    ['list: [1, ${X}]', '2', { list: [1, 2] }],
  ])('is converted to the type of its key: %s, X=%s', (yaml, x, expected) => {
    expect(listTypes(yaml, { X: x })).toEqual(expected);
  });

  it.each([
    ['number: "5"', 'types.number  expected a number, got "5"'],
    ['number: "${X}0"', 'types.number  expected a number, got a text with ${X}'],
    ['number: "${NAN}"', 'types.number  expected a number, got the value of ${NAN}'],
    ['flag: ${X}', 'types.flag  expected true or false, got the value of ${X}'],
    ['status: ${X}', 'types.status  expected 400 or 422, got the value of ${X}'],
  ])('is the only text that is converted: %s', (yaml, problem) => {
    const problems = listProblems(
      { 'config/a.yaml': `types: { ${yaml} }` },
      { sections: [types], env: { X: '5', NAN: 'NaN' } },
    );

    expect(problems).toEqual([expect.stringContaining(problem)]);
  });
});

describe('a check', () => {
  const unknownService = {
    needs: [channels],
    run: (config: LoadedConfig) =>
      config.listKeys(['channels', 'rest']).flatMap((name) => {
        const path = ['channels', 'rest', name, 'service'];
        return config.getRawValue(path) === 'known'
          ? []
          : [config.createProblem(path, 'expected a service that exists')];
      }),
  };
  const twoServices = 'channels:\n  rest:\n    a: { service: known }\n    b: { service: unknown }\n';

  it('adds its problems to those of the schemas, in one list', () => {
    const files = { 'config/a.yaml': `${twoServices}    c: { service: known, methd: GET }\nbus: { port: x }` };

    const problems = listProblems(files, { checks: [unknownService] });

    expect(problems).toEqual([
      'config/a.yaml:4:19  channels.rest.b.service  expected a service that exists',
      'config/a.yaml:5:26  channels.rest.c.methd  unknown key, did you mean `method`?',
      'config/a.yaml:6:14  bus.port  expected a number, got "x"',
    ]);
  });

  it('sees the valid parts of a section with problems', () => {
    const seen: unknown[] = [];
    const check = {
      needs: [channels],
      run: (config: LoadedConfig) => {
        seen.push(config.get(channels), config.listKeys(['channels', 'rest']));
        seen.push(config.isValid(['channels', 'rest', 'a']), config.isValid(['channels', 'rest', 'b', 'method']));
        return [];
      },
    };

    listProblems(
      {
        'config/a.yaml':
          'channels: { rest: { a: { service: x }, b: { service: 5, method: GTE }, c: { service: y, z: 1 } } }',
      },
      { checks: [check] },
    );

    expect(seen).toEqual([
      { rest: { a: { service: 'x', method: 'GET' }, c: { service: 'y', method: 'GET' } } },
      ['a', 'b', 'c'],
      true,
      false,
    ]);
  });

  it('does not run if a section that it needs has no valid part', () => {
    const strict = defineSection({ key: 'strict', schema: z.strictObject({ name: z.string() }) });
    const check = { needs: [strict], run: () => [{ file: '', line: 1, column: 1, path: '', message: 'checked' }] };

    const problems = listProblems({ 'config/a.yaml': 'strict: { name: 5 }' }, { sections: [strict], checks: [check] });

    expect(problems).toEqual(['config/a.yaml:1:17  strict.name  expected text, got 5: put it in quotes']);
  });

  it('reports its problems at the value, the key of a mapping, or the nearest existing ancestor', () => {
    const config = load({ 'config/a.yaml': 'channels:\n  rest:\n    a:\n      service: x' });

    expect(config.findPosition(['channels', 'rest', 'a', 'service'])).toEqual({
      file: 'config/a.yaml',
      line: 4,
      column: 16,
    });
    expect(config.findPosition(['channels', 'rest', 'a'])).toEqual({ file: 'config/a.yaml', line: 3, column: 5 });
    expect(config.findPosition(['channels', 'rest', 'a', 'path', 0])).toMatchObject({ line: 3, column: 5 });
    expect(config.findPosition(['bus'])).toEqual({ file: 'config/a.yaml', line: 1, column: 1 });
  });

  it('cannot show values from the environment or secrets', () => {
    const config = load(
      {
        'config/a.yaml':
          'channels: { rest: { a: { service: "${SERVICE}" } } }\noutgoing: { a: { key: hunter2 }, b: { key: hunter22 } }',
      },
      { env: { SERVICE: 'swordfish' } },
    );

    expect(config.createProblem(['channels', 'rest', 'a'], 'no service "swordfish"').message).toBe(
      'no service "${SERVICE}"',
    );
    expect(config.createProblem(['outgoing'], 'not keys: hunter2, hunter22').message).toBe('not keys: …, …');
  });
});
