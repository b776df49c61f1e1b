import { join } from 'node:path';
import { ConfigurationError } from 'trunkline';
import { loadBusConfig } from '../../libs/bus/src/config/bus-config';
import { createProject } from '../process/trunkline-process';

const SERVICES = {
  'config/outgoing.yaml':
    "outgoing: { rest: { CRM: { url: 'http://127.0.0.1:1', services: { who: { method: GET, path: /who } } } } }",
};

describe('A channel on a path that the bus itself serves', () => {
  function findProblems(yaml: string): readonly string[] {
    const directory = join(createProject({ ...SERVICES, 'config/all.yaml': yaml }), 'config');
    try {
      loadBusConfig({ directory, otherServices: [] });
      return [];
    } catch (thrown) {
      if (!(thrown instanceof ConfigurationError)) throw thrown;
      return thrown.problems.map(({ path, message }) => `${path}: ${message}`);
    }
  }
  const withChannel = (method: string, path: string, typeBase = '/errors/') =>
    findProblems(
      `{ bus: { errors: { typeBase: '${typeBase}' } }, channels: { rest: { a: { method: ${method}, path: '${path}', service: who } } } }`,
    );

  it.each(['/health/live', '/health/ready', '/health/detail', '/errors/{code}'])(
    'is a configuration problem: %s',
    (path) => {
      expect(withChannel('GET', path)).toEqual([
        `channels.rest.a.path: expected another path: the bus itself serves GET ${path}`,
      ]);
    },
  );

  it('is one problem, also when the path is invalid', () => {
    const yaml = "channels: { rest: { a: { method: GET, path: '/a//{x}{x}', service: No One } } }";

    expect(findProblems(yaml)).toEqual([
      expect.stringContaining('channels.rest.a.path: expected a path such as /api/customer/{customer_id}'),
      expect.stringContaining('channels.rest.a.service: expected the name of a service'),
    ]);
  });

  it.each([
    ['{ path: /api.json, docs: /help }', '/help', 1],
    ['{ path: /api.json, docs: /help }', '/docs', 0],
    ['{ docs: /docs }', '/docs', 1],
    ['{}', '/docs', 0],
    ['{ docs: off }', '/docs', 0],
    ['off', '/openapi.json', 0],
  ])('is a problem on a configured path of the OpenAPI document: with openapi %s, %s', (openapi, path, problems) => {
    const bus = `bus: { http: { openapi: ${openapi} } }`;
    const channels = `channels: { rest: { a: { method: GET, path: ${path}, service: who } } }`;

    expect(findProblems(`${bus}\n${channels}`)).toHaveLength(problems);
  });

  it.each([
    ['{ path: /docs }', 'path: expected a different path: `docs` has the same, got "/docs"'],
    ['{ docs: /openapi.json }', 'docs: expected a different path: `path` has the same, got "/openapi.json"'],
  ])('is a problem when OpenAPI paths are equal: %s', (openapi, problem) => {
    expect(findProblems(`bus: { http: { openapi: ${openapi} } }`)).toEqual([`bus.http.openapi.${problem}`]);
  });

  it.each([
    ['POST', '/health/live', undefined],
    ['GET', '/health/{what}', undefined],
    ['GET', '/errors/{code}', 'https://errors.example.com/'],
  ])('is valid on a path that the bus does not serve: %s %s', (method, path, typeBase) => {
    expect(withChannel(method, path, typeBase)).toEqual([]);
  });
});
