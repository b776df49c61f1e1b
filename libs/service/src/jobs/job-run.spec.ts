import { JobRun } from './job-run';

const FACTS = { id: 'JOB', attempt: 1, enqueuedAt: new Date(0) };
const attempt = () => new JobRun(FACTS);

describe('the idempotency keys of a job', () => {
  it('are the same in every attempt, in any order of effects', () => {
    const [first, second] = [attempt(), attempt()];

    const [a, b] = [first.acquireIdempotencyKey(['CRM', 'a']).key, first.acquireIdempotencyKey(['CRM', 'b']).key];

    expect([second.acquireIdempotencyKey(['CRM', 'b']).key, second.acquireIdempotencyKey(['CRM', 'a']).key]).toEqual([
      b,
      a,
    ]);
    expect(a).not.toBe(b);
  });

  it('differ between equal effects', () => {
    const run = attempt();

    expect(run.acquireIdempotencyKey(['a']).key).not.toBe(run.acquireIdempotencyKey(['a']).key);
  });

  it('depend on the boundaries between parts, and equally on bytes and text', () => {
    const contents = [['ab', 'c'], ['a', 'bc'], ['abc'], [Buffer.from('ab'), 'd']];

    expect(new Set(contents.map((content) => attempt().acquireIdempotencyKey(content).key)).size).toBe(4);
  });

  it('are the same for the retry of a failed effect, next to equal effects that succeeded', () => {
    const run = attempt();
    const [first, second] = [run.acquireIdempotencyKey(['a']), run.acquireIdempotencyKey(['a'])];

    first.release();

    expect(run.acquireIdempotencyKey(['a']).key).toBe(first.key);
    expect([first.key, second.key]).not.toContain(run.acquireIdempotencyKey(['a']).key);
  });

  it('have the prefix that they had in earlier attempts', () => {
    const { key } = new JobRun(FACTS, { keyPrefix: 'EARLIER' }).acquireIdempotencyKey(['a']);

    expect(key).toMatch(/^EARLIER\.[\w-]{22}$/);
  });
});
