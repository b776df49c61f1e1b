import { TemporaryProject } from '../temporary-project.fixture';
import { Interpolator } from './interpolator';
import { toPlainValue } from './config-node';
import { parseYamlFile } from './yaml-file';

const ENV = { NAME: 'World', EMPTY: '', YAML: '{ a: 1 }', REFERENCE: '${NAME}' };

describe('interpolation', () => {
  const disk = new TemporaryProject({
    'secrets/key': 'hunter2\n',
    'secrets/two-lines': 'a\nb\r\n\n',
    'secrets/latin1': Uint8Array.of(0xe9),
    'secrets/big': 'x'.repeat(1024 * 1024 + 1),
  });
  afterAll(() => disk.remove());

  const interpolate = (value: string) => {
    const interpolation = new Interpolator(ENV, disk.root);
    const { root } = parseYamlFile('a.yaml', `key: ${JSON.stringify(value)}`);
    const result = root && interpolation.interpolateMapping(root, []);
    return {
      value: result && toPlainValue(result),
      node: result?.entries.get('key')?.node,
      problems: interpolation.findings.map(({ message }) => message),
    };
  };

  it.each([
    ['Hello, ${NAME}!', 'Hello, World!'],
    ['${NAME}${NAME}', 'WorldWorld'],
    ['${MISSING:-default}', 'default'],
    ['${MISSING:-}', ''],
    ['${MISSING:-http://127.0.0.1:9101}', 'http://127.0.0.1:9101'],
    ['${EMPTY:-default}', 'default'],
    ['${NAME:-default}', 'World'],
    ['${EMPTY}', ''],
    ['$${NAME}', '${NAME}'],
    ['$NAME $ {NAME} $5', '$NAME $ {NAME} $5'],
    ['${YAML}', '{ a: 1 }'],
    ['${REFERENCE}', '${NAME}'],
    ['${file:secrets/key}', 'hunter2'],
    ['Bearer ${file:secrets/key}', 'Bearer hunter2'],
    ['${file:secrets/two-lines}', 'a\nb\r\n'],
  ])('resolves %j to %j', (text, expected) => {
    expect(interpolate(text)).toMatchObject({ value: { key: expected }, problems: [] });
  });

  it.each([
    ['${MISSING}', 'expected the environment variable MISSING, which is not set: set it, or write ${MISSING:-default}'],
    [
      '${constructor}',
      'expected the environment variable constructor, which is not set: set it, or write ${constructor:-default}',
    ],
    ['${file:secrets/none}', 'expected a file to read at secrets/none, but it does not exist'],
    ['${file:secrets}', 'expected a file to read at secrets, but it is not a file'],
    ['${file:secrets/latin1}', 'expected a file to read at secrets/latin1, but it is not UTF-8 text'],
    ['${file:secrets/big}', 'expected a file to read at secrets/big, but it is larger than 1MiB'],
    ['${NAME', 'expected ${NAME}, ${NAME:-default} or ${file:/path}; write $${ for a plain ${'],
    ['${a-b}', 'expected ${NAME}, ${NAME:-default} or ${file:/path}; write $${ for a plain ${'],
    ['${}', 'expected ${NAME}, ${NAME:-default} or ${file:/path}; write $${ for a plain ${'],
    ['${A:-${NAME}}', 'expected ${NAME}, ${NAME:-default} or ${file:/path}; write $${ for a plain ${'],
  ])('rejects %s', (text, problem) => {
    const { node, problems } = interpolate(text);

    expect(problems[0]).toBe(problem);
    expect(node?.kind).toBe('broken');
  });

  it('reports every reference without a value in a text', () => {
    expect(interpolate('${A} ${B}').problems).toHaveLength(2);
  });

  it('records the references, without their defaults, and whether one is the whole text', () => {
    expect(interpolate('${NAME:-x}').node).toMatchObject({ origin: { references: ['${NAME}'], isWhole: true } });
    expect(interpolate('a ${NAME} ${file:secrets/key}').node).toMatchObject({
      origin: { references: ['${NAME}', '${file:secrets/key}'], isWhole: false },
    });
    expect(interpolate('$${NAME}').node).not.toHaveProperty('origin');
  });
});
