import { BusService, type InvokeOptions, optional, required, Service } from 'trunkline';
import { z } from 'zod';
import { sendRequest, createJsonRequest } from '../send-request';
import { type RunningBus, startBus } from '../running-bus';

interface Input {
  readonly how: string;
  readonly refusals?: 'forward' | undefined;
}

const Named = z.strictObject({ name: z.string(), age: z.number().optional() });
const BAD = { age: 'canary' };

@BusService({ name: 'callee', input: Named })
class Callee extends Service<z.infer<typeof Named>, string> {
  handle() {
    return this.request.input.name;
  }
}

@BusService({ name: 'callee.slow', input: Named.refine(async () => true) })
class SlowCallee extends Callee {}

const WAYS: Readonly<Record<string, (service: Service, options: InvokeOptions) => Promise<unknown>>> = {
  invoke: (service, options) => service.invokeDynamic('callee', BAD, options),
  'invoke with an asynchronous check': (service, options) => service.invokeDynamic('callee.slow', BAD, options),
  'a branch that is required': (service, options) =>
    service.compose({ quote: required(Callee, BAD as never, options) }),
  'another service': (service, { refusals }) => service.invokeDynamic('caller', { how: 'invoke', refusals }),
};

@BusService({ name: 'caller', input: z.object({ how: z.string(), refusals: z.literal('forward').optional() }) })
class CallerService extends Service<Input> {
  handle() {
    const { how, refusals } = this.request.input;
    return WAYS[how]?.(this, { refusals });
  }
}

@BusService({ name: 'degrade' })
class Degrade extends Service {
  async handle() {
    const { problems } = await this.compose({ callee: optional(Callee, BAD as never, { fallback: 'nobody' }) });
    return problems;
  }
}

const CHANNELS = `
channels:
  rest:
    call: { method: POST, path: /call, service: caller }
    callee: { method: POST, path: /callee, service: callee }
    degrade: { method: GET, path: /degrade, service: degrade }
`;

describe('an input that the declaration of an invoked service rejects', () => {
  let running: RunningBus;
  beforeAll(async () => {
    const services = [Callee, SlowCallee, CallerService, Degrade];
    running = await startBus({ services, config: { 'channels.yaml': CHANNELS } });
  });
  afterAll(() => running.stop());

  const call = (input: Input, cid: string) =>
    sendRequest(`${running.url}/call`, createJsonRequest('POST', input, { 'x-request-id': cid }));
  const findLines = (cid: string) => running.readLog().filter((line) => line['cid'] === cid);

  it.each(Object.keys(WAYS))(
    'is an internal error of the invoking service, logged on one line with pointers and rules: %s',
    async (how) => {
      const cid = `fail-${Object.keys(WAYS).indexOf(how)}`;

      const { status, body, text } = await call({ how }, cid);

      const [line, ...more] = findLines(cid).filter(({ level }) => level === 'error');
      expect([status, body['code'], more]).toEqual([500, 'INTERNAL_ERROR', []]);
      expect(text).not.toMatch(/name|age|callee/);
      expect(line).toMatchObject({
        violations: [
          { pointer: '#/age', rule: 'invalid_type' },
          { pointer: '#/name', rule: 'invalid_type' },
        ],
        err: {
          message: expect.stringMatching(/^caller called callee(\.slow)? with an invalid input: #\/age /),
        },
      });
      expect(JSON.stringify(line)).not.toContain('canary');
    },
  );

  it.each(Object.keys(WAYS))('is a client error when the invoking service forwards rejections: %s', async (how) => {
    const cid = `forward-${Object.keys(WAYS).indexOf(how)}`;

    const { status, body } = await call({ how, refusals: 'forward' }, cid);

    expect([status, body['code']]).toEqual([400, 'VALIDATION_FAILED']);
    expect(body['errors']).toMatchObject([{ pointer: '#/age' }, { pointer: '#/name' }]);
    expect(findLines(cid).filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('is a client error when the service is that of the channel', async () => {
    await expect(sendRequest(`${running.url}/callee`, createJsonRequest('POST', BAD))).resolves.toMatchObject({
      status: 400,
      body: { code: 'VALIDATION_FAILED' },
    });
  });

  it('degrades a composite when the branch is optional', async () => {
    const { status, body } = await sendRequest(`${running.url}/degrade`);

    expect([status, body]).toMatchObject([200, { callee: { code: 'INTERNAL_ERROR', outcome: 'fallback' } }]);
  });
});
