import { z } from 'zod';
import { TemporaryProject } from '../temporary-project.fixture';
import { readConfig } from '../load-config';
import { defineSection } from '../schema/config-section';
import { duration } from '../values/duration';
import { httpUrl } from '../values/http-url';
import { secret } from '../values/secret';
import { size } from '../values/size';
import { switchable } from '../values/switchable';

const retry = z.strictObject({
  attempts: z.int().min(1).max(10).optional(),
  initial: duration({ max: '1m' }).optional(),
});
const rest = defineSection({
  key: 'rest',
  schema: z.record(
    z.string().regex(/^[a-z.]+$/, { error: 'expected a name of small letters and dots' }),
    z
      .strictObject({
        path: z.string().startsWith('/', { error: 'expected a path that starts with /' }).optional(),
        method: z.enum(['GET', 'POST', 'DELETE']).optional(),
        timeout: duration({ min: '1ms' }).optional(),
        limit: size().optional(),
        url: httpUrl().optional(),
        port: z.int().positive().multipleOf(5).optional(),
        isAsync: z.boolean().optional(),
        tags: z.array(z.string().min(1)).min(1).max(2).optional(),
        retry: switchable(retry).optional(),
        security: z.union([z.literal('none'), z.array(z.string())]).optional(),
        email: z.email().optional(),

        short: z.string().min(2).max(3).regex(/^a/).optional(),
        key: secret().optional(),
        credential: z
          .discriminatedUnion('type', [
            z.strictObject({ type: z.literal('apiKey'), key: secret() }),
            z.strictObject({ type: z.literal('basic'), username: z.string(), password: secret() }),
          ])
          .optional(),
      })
      .refine(({ path, url }) => !(path !== undefined && url !== undefined), {
        error: 'expected a path or a url, not both',
      }),
  ),
});
const must = defineSection({ key: 'must', schema: z.strictObject({ name: z.string().default('a'), id: z.string() }) });

describe('a problem', () => {
  let disk: TemporaryProject;
  afterEach(() => disk.remove());

  const listProblems = (yaml: string) => {
    disk = new TemporaryProject({ 'config/a.yaml': yaml });
    const { problems } = readConfig({
      directory: disk.directory,
      sections: [rest, must],
      env: { TOKEN: 'swordfish', NUMBER: '12345', ODD: 'swordfish://x' },
    });
    return problems.filter(({ path }) => path !== 'must.id').map(({ path, message }) => `${path}: ${message}`);
  };

  it.each([
    ['timeout: 5', 'timeout: expected a duration such as 250ms, 5s, 2m, 1h or 1d, got 5'],
    ['timeout: 0s', 'timeout: expected a duration of at least 1ms, got "0s"'],
    ['limit: 1MB', 'limit: expected a size such as 512B, 512KiB, 1MiB or 1GiB, got "1MB"'],
    ['path: 5', 'path: expected text, got 5: put it in quotes'],
    ['path: 0x10', 'path: expected text, got 0x10: put it in quotes'],
    ['path: api', 'path: expected a path that starts with /, got "api"'],
    ['path:', 'path: expected text, got nothing'],
    ['port: "80"', 'port: expected a number, got "80"'],
    ['port: 8.5', 'port: expected a whole number, got 8.5'],
    ['port: -5', 'port: expected a number greater than 0, got -5'],
    ['port: 7', 'port: expected a multiple of 5, got 7'],
    ['email: a', 'email: expected an email address, got "a"'],

    ['short: b1', 'short: expected text that matches /^a/, got "b1"'],
    ['short: a', 'short: expected text of at least 2 characters, got "a"'],
    ['short: abcd', 'short: expected text of at most 3 characters, got "abcd"'],
    ['isAsync: yes', 'isAsync: expected true or false, got "yes"'],
    ['method: PATCH', 'method: expected GET, POST or DELETE, got "PATCH"'],
    ['method: GTE', 'method: expected GET, POST or DELETE, got "GTE", did you mean `GET`?'],
    ['method: [GET]', 'method: expected GET, POST or DELETE, got a list'],
    ['tags: a', 'tags: expected a list, got "a"'],
    ['tags: []', 'tags: expected a list that is not empty, got a list'],
    ['tags: [a, b, c]', 'tags: expected a list of at most 2 items, got a list'],
    ['tags: [a, ""]', 'tags[1]: expected text that is not empty, got ""'],
    ['tags: { a: b }', 'tags: expected a list, got a mapping'],
    ['timeot: 5s', 'timeot: unknown key, did you mean `timeout`?'],
    ['retry: { colour: 5 }', 'retry.colour: unknown key, expected attempts or initial'],
    ['retry: 5', 'retry: expected off or a mapping, got 5'],
    ['retry: on', 'retry: expected off or a mapping, got "on"'],
    ['retry: { attempts: 11 }', 'retry.attempts: expected a number of at most 10, got 11'],
    ['retry: { initial: 2m }', 'retry.initial: expected a duration of at most 1m, got "2m"'],
    ['security: 5', 'security: expected none or a list, got 5'],
    ['credential: { type: apikey }', 'credential.type: expected apiKey or basic, got "apikey", did you mean `apiKey`?'],
    ['credential: { key: a }', 'credential.type: expected apiKey or basic, but the key is missing'],
    [
      'credential: { type: apiKey }',
      'credential.key: expected a secret, as text that is not empty, but the key is missing',
    ],
  ])('in %s is reported in plain English', (yaml, problem) => {
    expect(listProblems(`rest: { a: { ${yaml} } }`)).toEqual([`rest.a.${problem}`]);
  });

  it('with a name is reported at the name', () => {
    expect(listProblems('rest: { B: {} }')).toEqual([
      'rest.B: expected a name of small letters and dots, got the key "B"',
    ]);
  });

  it('with a section is reported like any other', () => {
    expect(listProblems('rset: {}')).toEqual(['rset: unknown key, did you mean `rest`?']);
    expect(listProblems('rest: []')).toEqual(['rest: expected a mapping, got a list']);
  });

  it('with several keys has the message of the schema', () => {
    expect(listProblems('rest: { a: { path: /a, url: "http://a" } }')).toEqual([
      'rest.a: expected a path or a url, not both',
    ]);
  });

  it('is reported beside other problems of the same value', () => {
    expect(listProblems('rest: { a: { retry: { attempts: x, initial: 5, z: 1 }, port: x } }')).toHaveLength(4);
  });

  it('of an unreadable value is reported once', () => {
    const problems = listProblems(
      'rest: { a: { path: ${A}, tags: ["${B}"], retry: { attempts: ${C}, z: 1 }, credential: { type: ${D} } } }',
    );

    expect(problems.map((problem) => problem.split(':')[0])).toEqual([
      'rest.a.path',
      'rest.a.tags[0]',
      'rest.a.retry.attempts',
      'rest.a.retry.z',
      'rest.a.credential.type',
    ]);
  });

  it.each([
    ['key: 12345', 'got a number that is not shown: put it in quotes'],
    ['key: ""', 'got ""'],
    ['key: [hunter2]', 'got a list'],
    ['credential: { type: basic, username: a, password: 12345 }', 'got a number that is not shown: put it in quotes'],
    ['method: "${TOKEN}"', 'got the value of ${TOKEN}'],
    ['method: "x-${TOKEN}-${NUMBER}"', 'got a text with ${TOKEN} and ${NUMBER}'],
    ['url: "${ODD}"', 'got the value of ${ODD}'],
    ['url: "http://bus:hunter2@example.com"', 'got "http://…@example.com"'],
    ['url: "http://bus:hun/ter2@example.com"', 'got "http://…@example.com"'],
  ])('never shows a secret: %s', (yaml, actual) => {
    const [problem = ''] = listProblems(`rest: { a: { ${yaml} } }`);

    expect(problem.endsWith(`, ${actual}`)).toBe(true);
    expect(problem).not.toMatch(/hun|12345|swordfish/);
  });

  it('shows long texts truncated, on one line', () => {
    const [problem] = listProblems(`rest: { a: { method: "line\\nline ${'x'.repeat(100)}" } }`);

    expect(problem).toBe(`rest.a.method: expected GET, POST or DELETE, got "line\\nline ${'x'.repeat(50)}…"`);
  });

  it.each([
    ['must:\n  name: b', [1, 1]],
    ['must:\n  name: b\n  id:', [3, 3]],
    ['rest:\n  a: {}', [1, 1]],
    ['rest: {}\nmust: { id: [] }', [2, 9]],
  ])('has the position of the value, or of the mapping that lacks a key: %j', (yaml, [line, column]) => {
    disk = new TemporaryProject({ 'config/a.yaml': yaml });

    const { problems } = readConfig({ directory: disk.directory, sections: [rest, must], env: {} });

    expect(problems).toEqual([expect.objectContaining({ file: 'config/a.yaml', line, column, path: 'must.id' })]);
  });

  it('of a value that an alias repeats has the position of the value', () => {
    disk = new TemporaryProject({ 'config/a.yaml': 'rest:\n  a: &a\n    port: x\n  b: *a\nmust: { id: a }' });

    const { problems } = readConfig({ directory: disk.directory, sections: [rest, must], env: {} });

    expect(problems.map(({ line, column, path }) => [line, column, path])).toEqual([
      [3, 11, 'rest.a.port'],
      [3, 11, 'rest.b.port'],
    ]);
  });
});

describe('ten different mistakes in three files', () => {
  it('are ten lines, each with its position', () => {
    const disk = new TemporaryProject({
      'config/bus.yaml': 'must:\n  name: [a]\n  id: ${MISSING}\nbuss: {}\n',
      'config/channels.yaml': 'rest:\n  a:\n    timeot: 5s\n    timeout: 5\n    method: GTE\n  b:\n    path: 5\n',
      'config/more.yaml': 'rest:\n  a: {}\n  c: { retry: on }\n  D: {}\n',
    });

    const { problems } = readConfig({ directory: disk.directory, sections: [rest, must], env: {} });
    disk.remove();

    expect(problems.map(({ file, line, column, path }) => `${file}:${line}:${column} ${path}`)).toEqual([
      'config/bus.yaml:2:3 must.name',
      'config/bus.yaml:3:7 must.id',
      'config/bus.yaml:4:1 buss',
      'config/channels.yaml:3:5 rest.a.timeot',
      'config/channels.yaml:4:14 rest.a.timeout',
      'config/channels.yaml:5:13 rest.a.method',
      'config/channels.yaml:7:11 rest.b.path',
      'config/more.yaml:2:3 rest.a',
      'config/more.yaml:3:15 rest.c.retry',
      'config/more.yaml:4:3 rest.D',
    ]);
  });
});
