import { createJobId, isJobId, parseQueueName, QueueRouter } from './queue-router';

const lanes = new QueueRouter(
  {
    concurrency: 10,
    services: { 'report.build': { rateLimit: { limit: 2, per: 1_000 } }, 'mail.send': { attempts: 3 } },
  },
  {
    'order.created': {
      subscribers: [{ service: 'stock.take', concurrency: 1 }, { service: 'report.build' }, { service: 'mail.send' }],
    },
  },
);

describe('the lane of a job', () => {
  it('is its own where its service has limits of its own, else the one that all share', () => {
    expect(lanes.selectQueue('report.build')).toBe('report.build');
    expect(lanes.selectQueue('mail.send')).toBe('');
    expect(lanes.listConfigs()).toEqual([
      { name: '', concurrency: 10, limiter: undefined },
      { name: 'report.build', concurrency: 10, limiter: { max: 2, duration: 1_000 } },
      { name: 'order.created~stock.take', concurrency: 1, limiter: undefined },
    ]);
  });

  it('is its subscriber’s, or else its service’s, for the message of a topic', () => {
    expect(lanes.selectSubscriberQueue('order.created', 'stock.take')).toBe('order.created~stock.take');
    expect(lanes.selectSubscriberQueue('order.created', 'report.build')).toBe('report.build');
    expect(lanes.selectSubscriberQueue('order.created', 'mail.send')).toBe('');
  });

  it('stands in its id', () => {
    const id = '01M7Z1HBS286E2F26JRGHVKM6V';

    expect(parseQueueName(createJobId(id, ''))).toBe('');
    expect(parseQueueName(createJobId(id, 'order.created~stock.take'))).toBe('order.created~stock.take');
  });
});

describe('the id of a job', () => {
  it.each(['01M7Z1HBS286E2F26JRGHVKM6V', '01M7Z1HBS286E2F26JRGHVKM6V.mail.send~a~b', 'report.nightly@1795264392983'])(
    'can be %s',
    (id) => expect(isJobId(id)).toBe(true),
  );

  it.each(['', 'meta', 'a:b', '../x', '01M7Z1HBS286E2F26JRGHVKM6V~', 'x'.repeat(600)])('cannot be %s', (id) =>
    expect(isJobId(id)).toBe(false),
  );
});
