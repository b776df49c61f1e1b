import { BusError, BusService, type Composed, type JobReceipt, required, Service } from 'trunkline';
import { sendRequest, createJsonRequest } from '../send-request';
import { waitUntil } from '@trunkline/testing';
import { describeOnEveryStore, type JobBus, type TestJobStore, startJobBus } from './job-bus';

/** Texts that PostgreSQL rejects, in values and in names of members, and texts that look like them. */
const ODD = { 'a\0': 'x\0y', half: '\ud800', 'other\udc00': ['\uFDD00000'], plain: String.raw`\u0000` };

let heard: unknown[] = [];
let ran = 0;

@BusService({ name: 'echo' })
class Echo extends Service {
  handle() {
    ran += 1;
    return { got: this.request.input, ...ODD };
  }
}

@BusService({ name: 'fail' })
class Fail extends Service {
  handle() {
    ran += 1;
    const cause = new Error(`why\0`);
    throw new BusError('No\0 \ud800', { status: 422, code: 'ODD', detail: 'x\0', data: { odd: ODD }, cause });
  }
}

@BusService({ name: 'compose' })
class Compose extends Service<unknown, JobReceipt> {
  handle() {
    return this.composeAsync({ echo: required(Echo, ODD) }, { into: Finish });
  }
}

@BusService({ name: 'finish' })
class Finish extends Service<Composed> {
  handle() {
    return this.request.input.data['echo'];
  }
}

@BusService({ name: 'tell' })
class Tell extends Service {
  handle() {
    return this.publish('told', ODD);
  }
}

@BusService({ name: 'hear' })
class Hear extends Service {
  handle() {
    heard.push(this.request.input);
  }
}

const CONFIG = {
  'channels.yaml': `
channels:
  rest:
    echo: { method: POST, path: /echo, service: echo, async: true }
    fail: { method: POST, path: /fail, service: fail, async: true }
`,
  'topics.yaml': 'topics: { told: { subscribers: [{ service: hear }] } }',
  'schedule.yaml': `schedule: { often: { every: 1h, service: hear, input: { text: "x\\0y" } } }`,
};

describeOnEveryStore('texts that PostgreSQL rejects', (open) => {
  let store: TestJobStore;
  let bus: JobBus;
  let ticked = false;
  beforeAll(async () => {
    store = await open();
    bus = await startJobBus(store, { services: [Echo, Fail, Compose, Finish, Tell, Hear], config: CONFIG });
    const id = await submit('/echo');
    await waitUntil(() => bus.waitForJob(id).catch(() => undefined));
  }, 90_000);
  beforeEach(async () => {
    // The first tick of the schedule is immediate.
    await waitUntil(() => heard.length > 0 || ticked || undefined);
    ticked = true;
    heard = [];
    ran = 0;
  });
  afterAll(async () => {
    await bus?.stop();
    await store?.stop();
  }, 30_000);

  /** A job waits at most a second for a store that is being opened. */
  const submit = (path: string) =>
    waitUntil(async () => {
      const { status, body } = await sendRequest(`${bus.url}${path}`, createJsonRequest('POST', ODD));
      return status === 202 ? String(body['id']) : undefined;
    });

  it('are stored in the input and the result of a job, which runs once', async () => {
    const id = await submit('/echo');

    expect(await bus.waitForJob(id)).toMatchObject({ state: 'completed', attempts: 1, result: { got: ODD, ...ODD } });
    expect(ran).toBe(1);
    expect((await sendRequest(`${bus.url}/jobs/${id}`)).body['result']).toEqual({ got: ODD, ...ODD });
  });

  it('are stored in the failure of a job, with its causes and history', async () => {
    const id = await submit('/fail');

    expect(await bus.waitForJob(id)).toMatchObject({
      state: 'failed',
      input: ODD,
      failure: { message: 'No\0 \ud800', detail: 'x\0', data: { odd: ODD }, cause: { message: 'why\0' } },
      history: [{ message: 'No\0 \ud800' }],
    });
    expect(ran).toBe(1);
  });

  it('are stored in inputs and results of the branches of a durable composite', async () => {
    const { id } = (await bus.bus.invoker.invoke(Compose, {})) as JobReceipt;

    expect(await bus.waitForJob(id)).toMatchObject({ state: 'completed', result: { got: ODD, ...ODD } });
    expect(ran).toBe(1);
  });

  it('are stored in messages of topics, and in the input of schedules', async () => {
    await bus.bus.invoker.invoke(Tell, {});
    await waitUntil(() => heard.length === 1 || undefined);
    const [schedule] = await bus.jobs.schedules.list(true);
    if (schedule) await bus.jobs.schedules.runNow('often', schedule.config);
    await waitUntil(() => heard.length === 2 || undefined);

    expect(heard).toEqual([ODD, { text: 'x\0y' }]);
  });
});
