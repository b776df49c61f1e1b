import { BusService, each, type JobReceipt, required, Service } from 'trunkline';
import { z } from 'zod';
import { runCommand } from '../process/run-command';
import { createProject } from '../process/trunkline-process';
import { describeWithServer } from '../servers/describe-with-server';
import { RedisServer } from '../servers/redis-server';
import { type JobBus, startJobBus } from './job-bus';

const Named = z.strictObject({ name: z.string(), password: z.string().meta({ secret: true }).optional() });

@BusService({ name: 'callee', input: Named })
class Callee extends Service<z.infer<typeof Named>> {
  handle() {}
}

@BusService({ name: 'caller' })
class CallerService extends Service {
  async handle() {
    await this.invokeDynamic('callee', { age: 7 });
  }
}

@BusService({ name: 'composer' })
class Composer extends Service {
  async handle() {
    await this.compose({ callees: each([7], (age) => required(Callee, { age } as never)) });
  }
}

let checks = 0;

/** Its declaration changes before the job runs. */
@BusService({ name: 'grown', input: z.unknown().refine(() => (checks += 1) === 1, { path: ['version'] }) })
class Grown extends Service {
  handle() {}
}

@BusService({ name: 'submit' })
class Submit extends Service<{ service: string }, JobReceipt> {
  handle() {
    return this.invokeAsyncDynamic(this.request.input.service, {});
  }
}

@BusService({ name: 'submit.wrong' })
class SubmitWrong extends Service<{ how: 'publish' | 'composeAsync'; refusals?: 'forward' | undefined }> {
  handle() {
    const { how, refusals } = this.request.input;
    if (how === 'publish') return this.publish('named', { name: 'a', password: 'hunter2' }, { refusals });
    return this.composeAsync({ callee: required(Callee, { age: 7 } as never, { refusals }) }, { into: Grown });
  }
}

const SERVICES = [Callee, CallerService, Composer, Grown, Submit, SubmitWrong];

describeWithServer('redis', 'an input that is rejected in or for a job', () => {
  let redis: RedisServer;
  let bus: JobBus;
  let project: string;

  beforeAll(async () => {
    redis = await RedisServer.start();
    const config = { 'topics.yaml': 'topics: { named: { subscribers: [{ service: callee }] } }' };
    bus = await startJobBus({ jobs: { backend: redis.url }, stop: () => redis.stop() }, { services: SERVICES, config });
    project = createProject({ 'config/bus.yaml': JSON.stringify({ bus: { jobs: { backend: redis.url } } }) });
  });
  beforeEach(() => (checks = 0));
  afterAll(async () => {
    await bus?.stop();
    await redis?.stop();
  });

  const submit = async (input: { readonly service: string }) =>
    ((await bus.bus.invoker.invoke(Submit, input)) as JobReceipt).id;
  const shown = async (id: string) => {
    const { stdout } = await runCommand(project, ['dead-letters', 'show', id, '--json']);
    return JSON.parse(stdout) as Record<string, unknown>;
  };
  const findErrorLine = (id: string) => bus.readLog().find(({ job, level }) => job === id && level === 'error');

  it.each(['caller', 'composer'])(
    'is an internal error of the service that calls with it, and is not retried: %s',
    async (service) => {
      const id = await submit({ service });

      expect(await bus.waitForJob(id)).toMatchObject({
        state: 'failed',
        attempts: 1,
        failure: { code: 'INTERNAL_ERROR' },
      });

      const places = [{ pointer: '#/age' }, { pointer: '#/name', rule: 'invalid_type' }];
      const message = expect.stringMatching(new RegExp(`^${service} called callee with an invalid input: #/age `));
      expect(findErrorLine(id)).toMatchObject({ code: 'INTERNAL_ERROR', violations: places, err: { message } });
      expect(await shown(id)).toMatchObject({ failure: { code: 'INTERNAL_ERROR', message, violations: places } });
    },
  );

  it('is reported with pointers and rules if it is the input of the job itself', async () => {
    const id = await submit({ service: 'grown' });

    expect(await bus.waitForJob(id)).toMatchObject({
      state: 'failed',
      attempts: 1,
      failure: { code: 'VALIDATION_FAILED' },
    });

    const violations = [{ pointer: '#/version', rule: 'custom' }];
    expect(findErrorLine(id)).toMatchObject({ code: 'VALIDATION_FAILED', violations });
    expect(await shown(id)).toMatchObject({ failure: { code: 'VALIDATION_FAILED', violations } });
  });

  it.each([
    ['publish', 'the topic named', '#/password'],
    ['composeAsync', 'callee', '#/age'],
  ] as const)(
    'is an internal error of the service that submits it, unless it sets `refusals: forward`: %s',
    async (how, callee, pointer) => {
      const submitWrong = (refusals?: 'forward') => bus.bus.invoker.invoke(SubmitWrong, { how, refusals });

      await expect(submitWrong()).rejects.toMatchObject({
        code: 'INTERNAL_ERROR',
        message: expect.stringContaining(`submit.wrong called ${callee} with an invalid input: ${pointer} (`),
      });
      await expect(submitWrong('forward')).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
    },
  );
});
