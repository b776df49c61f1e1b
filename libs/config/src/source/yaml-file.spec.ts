import { formatPath } from '../problems/config-path';
import { toPlainValue } from './config-node';
import { parseYamlFile } from './yaml-file';

const parseValue = (text: string) => {
  const { root, findings } = parseYamlFile('a.yaml', text);
  expect(findings).toEqual([]);
  return root && toPlainValue(root);
};

const listProblems = (text: string) =>
  parseYamlFile('a.yaml', text).findings.map(({ position, path, message }) =>
    [`${position.line}:${position.column}`, formatPath(path), message].join(' '),
  );

describe('a YAML file', () => {
  it('is YAML 1.2: off, no and yes are texts', () => {
    expect(parseValue('a: off\nb: no\nc: yes\nd: true\ne: ~\nf: 5')).toEqual({
      a: 'off',
      b: 'no',
      c: 'yes',
      d: true,
      e: null,
      f: 5,
    });
  });

  it.each(['', '# only a comment', '---\n', '~'])('may be empty: %j', (text) => {
    expect(parseValue(text)).toEqual({});
  });

  it('has text keys, numbers included', () => {
    expect(parseValue('404: a\n0x10: b\n"c d": e')).toEqual({ 404: 'a', '0x10': 'b', 'c d': 'e' });
  });

  it('has mappings without a prototype', () => {
    expect(Object.getPrototypeOf(parseValue('constructor: 1'))).toBeNull();
  });

  it('can repeat a value by an alias', () => {
    expect(parseValue('a: &retry { attempts: 3 }\nb: *retry')).toEqual({ a: { attempts: 3 }, b: { attempts: 3 } });
  });

  it('may have a byte order mark and Windows line ends', () => {
    expect(parseValue('a: 1\r\nb: 2\r\n')).toEqual({ a: 1, b: 2 });
  });

  it.each([
    ['a: ${X}', { a: '${X}' }],
    ['a: { key: ${KEY}, other: ${X:-a,b[0]} }', { a: { key: '${KEY}', other: '${X:-a,b[0]}' } }],
    ['a: { ca: ${file:/etc/ca.pem} }', { a: { ca: '${file:/etc/ca.pem}' } }],
    ['a: [${A}, x${B}y]', { a: ['${A}', 'x${B}y'] }],
    ['a: ["p${", "q}"]', { a: ['p${', 'q}'] }],
    ['a: "${X:-{}"', { a: '${X:-{}' }],
  ])('may have references without quotes, in flow style too: %s', (text, expected) => {
    expect(parseValue(text)).toEqual(expected);
  });

  it.each([
    [
      'a: [1, 2\nb: 3',
      '2:1  not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    ['a: b: c', '1:4  not valid YAML: a second `: ` in a line; put a text that has one in quotes'],
    ['a: 1\n---\nb: 2', '2:1  expected one YAML document, got a second one'],
    ['%YAML 1.1\n---\na: off', '1:1  not valid YAML: the file declares YAML 1.1, expected 1.2'],
    ['a: !secret x', '1:4  not valid YAML: Unresolved tag: !secret'],
    ['a: !!binary eA==', '1:4  not valid YAML: Unresolved tag: tag:yaml.org,2002:binary'],
    ['a: 1\n? [b]\n: 2', '2:3  expected text as a key'],
    ['- a', '1:1  expected a mapping of sections, such as `bus:`'],
    ['a: "\u0000"', '1:5  expected text, got a control character'],
    ['a: \uFDD0', '1:4  expected text, got a control character'],
    ['a: *b', '1:1 a expected an anchor &b before its alias'],
    ['a: &b [*b]', '1:8 a[0] expected an alias outside the value that it repeats'],
    ['a:\n  <<: { b: 1 }', '2:3 a.<< expected a key: YAML 1.2 has no merge keys (<<), repeat the keys'],
    ['a:\n  __proto__: 1', '2:3 a.__proto__ expected another name than `__proto__`'],
    ['a:\n  ${B}: 1', '2:3 a.${B} expected a plain key: only values may hold ${NAME}'],
    ['a:\n  b: 1\n  "b": 2', '3:3 a.b expected once, but already given at a.yaml:2:3'],
    [
      'a: { method: GET, path: /greet/{name}, service: greet }',
      "1:32  not valid YAML: between braces or brackets, a text that has a { or [ in it must be in quotes, such as path: '/users/{id}'",
    ],
    [
      'a: { path: /greet/[name],\n  service: greet }\nb: 1',
      "1:19  not valid YAML: between braces or brackets, a text that has a { or [ in it must be in quotes, such as path: '/users/{id}'",
    ],
    ['a: "hunter2" x "hunter3"', '1:14  not valid YAML: Unexpected scalar at node end'],
  ])('rejects %j: %s', (text, problem) => {
    expect(listProblems(text)).toEqual([problem]);
  });

  it('reports every line that is not YAML', () => {
    expect(listProblems('a: @b\nc: 1\nd: `e').map((problem) => problem.slice(0, 3))).toEqual(['1:4', '3:4']);
  });

  it('is rejected if nested aliases would exhaust the memory', () => {
    const laughs = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 9; level++) laughs.push(`a${level}: &a${level} [${`*a${level - 1}, `.repeat(10)}]`);

    expect(listProblems(laughs.join('\n')).join('\n')).toMatch(
      /^\d+:\d+ a\d\S+ expected at most 200000 values, aliases included$/,
    );
  });

  it.each([65, 20_000])('is rejected if it is nested %d levels deep', (depth) => {
    const [problem] = listProblems(`a: ${'['.repeat(depth)}${']'.repeat(depth)}`);

    expect(problem).toMatch(/expected at most 64 levels|nested too deeply/);
  });
});
