import { BusError, BusService, Service, ValidationFailedError, violationAt } from 'trunkline';
import { sendRequest, createJsonRequest } from '../send-request';
import { type RunningBus, startBus } from '../running-bus';

@BusService({ name: 'fail', errors: { OUT_OF_STOCK: { status: 422, title: 'Items out of stock' } } })
class Fail extends Service<{ how: string }> {
  handle(): never {
    const { how } = this.request.input;
    if (how === 'declared') throw this.error('OUT_OF_STOCK', { items: ['A'] });
    if (how === 'later') throw new BusError('Come back', { status: 503, retryAfter: 60 });
    if (how === 'values')
      throw new ValidationFailedError(
        Array.from({ length: 150 }, (_, index) => violationAt(['list', index], 'no', 'never')),
      );
    throw new Error('a secret of ours');
  }
}

@BusService({ name: 'named', input: ['sku'] })
class Named extends Service<{ sku: string }> {
  handle() {
    return {};
  }
}

const channels = `
channels:
  rest:
    problem.fail: { method: GET, path: '/problem/{how}', service: fail }
    envelope.fail: { method: GET, path: '/envelope/{how}', service: fail, errors: envelope }
    flat.fail: { method: GET, path: '/flat/{how}', service: fail, errors: flat }
    problem.named: { method: POST, path: /problem, service: named }
    envelope.named: { method: POST, path: /envelope, service: named, errors: envelope }
    flat.named: { method: POST, path: /flat, service: named, errors: flat }
`;

describe('an error response', () => {
  let running: RunningBus;
  beforeAll(async () => {
    running = await startBus({ config: { 'channels.yaml': channels }, services: [Fail, Named] });
  });
  afterAll(() => running.stop());
  const at = (path: string, init?: RequestInit) => sendRequest(`${running.url}${path}`, init);

  it('is problem+json by default', async () => {
    const { status, headers, body } = await at('/problem', createJsonRequest('POST', {}));

    expect(status).toBe(400);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(body).toEqual({
      type: '/errors/validation-failed',
      title: 'Validation failed',
      status: 400,
      detail: '1 value is invalid',
      instance: `urn:trunkline:cid:${headers.get('x-request-id')}`,
      code: 'VALIDATION_FAILED',
      request_id: headers.get('x-request-id'),
      errors: [{ pointer: '#/sku', field: 'sku', detail: 'sku is required', rule: 'isNotEmpty' }],
    });
  });

  it('is an envelope if the channel is configured so', async () => {
    const { headers, body } = await at('/envelope', createJsonRequest('POST', {}));

    expect(headers.get('content-type')).toBe('application/json');
    expect(body).toMatchObject({
      error: {
        code: 'VALIDATION_FAILED',
        message: 'Validation failed',
        details: [{ field: 'sku', issue: 'sku is required' }],
        request_id: headers.get('x-request-id'),
      },
    });
  });

  it('is flat if the channel is configured so', async () => {
    const { headers, body } = await at('/flat', createJsonRequest('POST', {}));

    expect(body).toMatchObject({
      error: 'validation_failed',
      error_description: 'Validation failed',
      validation_errors: [{ field: 'sku', message: 'sku is required' }],
      request_id: headers.get('x-request-id'),
    });
  });

  it('has the time of a retry in the header and in the body', async () => {
    const responses = await Promise.all(['/problem/later', '/flat/later'].map((path) => at(path)));

    for (const { headers, body } of responses) {
      expect(headers.get('retry-after')).toBe('60');
      expect(body['retry_after']).toBe(60);
    }
  });

  it('lists at most 100 values, and their number', async () => {
    const { body } = await at('/problem/values');

    expect(body['errors']).toHaveLength(100);
    expect(body['error_count']).toBe(150);
  });

  it('refers to a page that explains it, declared errors included', async () => {
    const { body } = await at('/problem/declared');

    const page = await at(String(body['type']));
    const html = await at(String(body['type']), { headers: { accept: 'text/html' } });

    expect(body).toMatchObject({ code: 'OUT_OF_STOCK', items: ['A'], type: '/errors/out-of-stock' });
    expect(page.body).toMatchObject({ code: 'OUT_OF_STOCK', status: 422 });
    expect(html.headers.get('content-type')).toContain('text/html');
    expect(html.text).toContain('Items out of stock');
  });

  it('has no page for an unknown error', async () => {
    await expect(at('/errors/no-such-error')).resolves.toMatchObject({
      status: 404,
      body: { code: 'RESOURCE_NOT_FOUND' },
    });
  });

  it.each(['/problem', '/envelope', '/flat'])('of an unexpected error discloses nothing: %s', async (path) => {
    const { status, text } = await at(`${path}/unexpected`);

    expect(status).toBe(500);
    expect(text).not.toContain('secret of ours');
    expect(text.toLowerCase()).toContain('internal');
  });

  it('is logged once, with cause and services, for an error of the bus or its services', async () => {
    const { headers } = await at('/problem/unexpected');

    const lines = running.readLog().filter(({ cid }) => cid === headers.get('x-request-id'));

    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ level: 'error', code: 'INTERNAL_ERROR', channel: 'problem.fail', status: 500 });
    expect(JSON.stringify(lines[0])).toContain('a secret of ours');
  });

  it('for an error of the client is logged at level debug only', async () => {
    const { headers } = await at('/problem', createJsonRequest('POST', {}));

    expect(running.readLog().filter(({ cid }) => cid === headers.get('x-request-id'))).toMatchObject([
      { level: 'debug', code: 'VALIDATION_FAILED' },
    ]);
  });
});
