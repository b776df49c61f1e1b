import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sendRequest } from '../send-request';
import { registerOpenApiDocument } from './openapi-response-validator';

describe('a response that is not in the OpenAPI document', () => {
  const responses = {
    200: { content: { 'application/json': { schema: { type: 'object', required: ['id'] } } } },
    404: {
      content: {
        'application/problem+json': { schema: { properties: { code: { anyOf: [{ enum: ['GONE'] }, {}] } } } },
      },
    },
  };
  const document = JSON.stringify({ openapi: '3.1.1', paths: { '/things/{id}': { get: { responses } } } });

  it.each([
    ['another status', 201, 'application/json', '{"id":1}', 'no status 201'],
    ['another media type', 200, 'text/plain', 'x', 'no text/plain'],
    ['another shape', 200, 'application/json', '{}', "required property 'id'"],
    [
      'a code of the bus that is not listed',
      404,
      'application/problem+json',
      '{"code":"CONFLICT"}',
      'the code CONFLICT',
    ],
  ])('fails the test that receives it: %s', async (_what, status, type, text, problem) => {
    const server = createServer(({ url }, response) => {
      const isDocument = url === '/openapi.json';
      response.writeHead(isDocument ? 200 : status, { 'content-type': isDocument ? 'application/json' : type });
      response.end(isDocument ? document : text);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await registerOpenApiDocument(url);

    const receiving = sendRequest(`${url}/things/1`);

    await expect(receiving).rejects.toThrow(problem);
    await new Promise((resolve) => server.close(resolve));
  });
});
