import { JobRun } from './job-run';

const FACTS = { id: 'JOB', attempt: 1, enqueuedAt: new Date(0) };
const attempt = () => new JobRun(FACTS);

describe('the keys of what a job does', () => {
  it('are the same in every attempt, in whichever order effects come', () => {
    const [first, second] = [attempt(), attempt()];

    const [a, b] = [first.acquireIdempotencyKey(['CRM', 'a']).key, first.acquireIdempotencyKey(['CRM', 'b']).key];

    expect([second.acquireIdempotencyKey(['CRM', 'b']).key, second.acquireIdempotencyKey(['CRM', 'a']).key]).toEqual([
      b,
      a,
    ]);
    expect(a).not.toBe(b);
  });

  it('are different for equal effects', () => {
    const run = attempt();

    expect(run.acquireIdempotencyKey(['a']).key).not.toBe(run.acquireIdempotencyKey(['a']).key);
  });

  it('depend on where one part ends and the next begins, and on bytes as on text', () => {
    const contents = [['ab', 'c'], ['a', 'bc'], ['abc'], [Buffer.from('ab'), 'd']];

    expect(new Set(contents.map((content) => attempt().acquireIdempotencyKey(content).key)).size).toBe(4);
  });

  it('are the same for a retry of an effect that failed, beside equal ones that did not', () => {
    const run = attempt();
    const [first, second] = [run.acquireIdempotencyKey(['a']), run.acquireIdempotencyKey(['a'])];

    first.release();

    expect(run.acquireIdempotencyKey(['a']).key).toBe(first.key);
    expect([first.key, second.key]).not.toContain(run.acquireIdempotencyKey(['a']).key);
  });

  it('begin with another text than the id of the job where they had it before', () => {
    const { key } = new JobRun(FACTS, { keyPrefix: 'EARLIER' }).acquireIdempotencyKey(['a']);

    expect(key).toMatch(/^EARLIER\.[\w-]{22}$/);
  });
});
