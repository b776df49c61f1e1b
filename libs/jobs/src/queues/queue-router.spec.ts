import { QueueRouter } from './queue-router';

const router = new QueueRouter(
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

describe('the queue of a job', () => {
  it('is a dedicated one if the service has its own limits, else the shared queue', () => {
    expect(router.selectQueue('report.build')).toBe('report.build');
    expect(router.selectQueue('mail.send')).toBe('');
    expect(router.listConfigs()).toEqual([
      { name: '', concurrency: 10, limiter: undefined },
      { name: 'report.build', concurrency: 10, limiter: { max: 2, duration: 1_000 } },
      { name: 'order.created~stock.take', concurrency: 1, limiter: undefined },
    ]);
  });

  it('is, for a message of a topic, the queue of the subscriber, else of its service', () => {
    expect(router.selectSubscriberQueue('order.created', 'stock.take')).toBe('order.created~stock.take');
    expect(router.selectSubscriberQueue('order.created', 'report.build')).toBe('report.build');
    expect(router.selectSubscriberQueue('order.created', 'mail.send')).toBe('');
  });
});
