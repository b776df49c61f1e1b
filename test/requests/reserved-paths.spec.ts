import { findConfigProblems } from '../find-config-problems';

const SERVICES = {
  'outgoing.yaml':
    "outgoing: { rest: { CRM: { url: 'http://127.0.0.1:1', services: { who: { method: GET, path: /who } } } } }",
};

describe('A channel on a path that the bus itself serves', () => {
  const findProblems = (yaml: string) => findConfigProblems({ config: { ...SERVICES, 'all.yaml': yaml } });
  const withChannel = (method: string, path: string, typeBase = '/errors/') =>
    findProblems(
      `{ bus: { errors: { typeBase: '${typeBase}' } }, channels: { rest: { a: { method: ${method}, path: '${path}', service: who } } } }`,
    );

  it.each(['/health/live', '/health/ready', '/health/detail', '/errors/{code}'])(
    'is a configuration problem: %s',
    async (path) => {
      expect(await withChannel('GET', path)).toEqual([
        `channels.rest.a.path: expected another path: the bus itself serves GET ${path}`,
      ]);
    },
  );

  it('is one problem, also when the path is invalid', async () => {
    const yaml = "channels: { rest: { a: { method: GET, path: '/a//{x}{x}', service: No One } } }";

    expect(await findProblems(yaml)).toEqual([
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
  ])(
    'is a problem on a configured path of the OpenAPI document: with openapi %s, %s',
    async (openapi, path, problems) => {
      const bus = `bus: { http: { openapi: ${openapi} } }`;
      const channels = `channels: { rest: { a: { method: GET, path: ${path}, service: who } } }`;

      expect(await findProblems(`${bus}\n${channels}`)).toHaveLength(problems);
    },
  );

  it.each([
    ['{ path: /docs }', 'path: expected a different path: `docs` has the same, got "/docs"'],
    ['{ docs: /openapi.json }', 'docs: expected a different path: `path` has the same, got "/openapi.json"'],
  ])('is a problem when OpenAPI paths are equal: %s', async (openapi, problem) => {
    expect(await findProblems(`bus: { http: { openapi: ${openapi} } }`)).toEqual([`bus.http.openapi.${problem}`]);
  });

  it.each([
    ['POST', '/health/live', undefined],
    ['GET', '/health/{what}', undefined],
    ['GET', '/errors/{code}', 'https://errors.example.com/'],
  ])('is valid on a path that the bus does not serve: %s %s', async (method, path, typeBase) => {
    expect(await withChannel(method, path, typeBase)).toEqual([]);
  });
});
