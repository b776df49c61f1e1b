import { join } from 'node:path';
import { ConfigurationError } from 'trunkline';
import { loadBusConfig } from '../libs/bus/src/bus-config';
import { projectOf } from './process';

const SERVICES = {
  'config/outgoing.yaml':
    "outgoing: { rest: { CRM: { url: 'http://127.0.0.1:1', services: { who: { method: GET, path: /who } } } } }",
};

describe('A channel on a path of the bus itself', () => {
  function problemsOf(yaml: string): readonly string[] {
    const directory = join(projectOf({ ...SERVICES, 'config/all.yaml': yaml }), 'config');
    try {
      loadBusConfig({ directory, otherServices: [] });
      return [];
    } catch (thrown) {
      if (!(thrown instanceof ConfigurationError)) throw thrown;
      return thrown.problems.map(({ path, message }) => `${path}: ${message}`);
    }
  }
  const withChannel = (method: string, path: string, typeBase = '/errors/') =>
    problemsOf(
      `{ bus: { errors: { typeBase: '${typeBase}' } }, channels: { rest: { a: { method: ${method}, path: '${path}', service: who } } } }`,
    );

  it.each(['/health/live', '/health/ready', '/health/detail', '/errors/{code}'])('is a mistake: %s', (path) => {
    expect(withChannel('GET', path)).toEqual([
      `channels.rest.a.path: expected another path: the bus itself answers GET ${path}`,
    ]);
  });

  it.each([
    ['POST', '/health/live', undefined],
    ['GET', '/health/{what}', undefined],
    ['GET', '/errors/{code}', 'https://errors.example.com/'],
  ])('is none where the bus does not answer: %s %s', (method, path, typeBase) => {
    expect(withChannel(method, path, typeBase)).toEqual([]);
  });
});
