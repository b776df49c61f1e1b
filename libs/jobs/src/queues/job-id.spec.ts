import { createJobId, isJobId, parseQueueName } from './job-id';

describe('the id of a job', () => {
  it('contains the name of its queue', () => {
    const id = '01M7Z1HBS286E2F26JRGHVKM6V';

    expect(parseQueueName(createJobId(id, ''))).toBe('');
    expect(parseQueueName(createJobId(id, 'order.created~stock.take'))).toBe('order.created~stock.take');
  });

  it.each(['01M7Z1HBS286E2F26JRGHVKM6V', '01M7Z1HBS286E2F26JRGHVKM6V.mail.send~a~b', 'report.nightly@1795264392983'])(
    'can be %s',
    (id) => expect(isJobId(id)).toBe(true),
  );

  it.each(['', 'meta', 'a:b', '../x', '01M7Z1HBS286E2F26JRGHVKM6V~', 'x'.repeat(600)])('cannot be %s', (id) =>
    expect(isJobId(id)).toBe(false),
  );
});
