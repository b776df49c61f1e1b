import { InternalError } from '../errors/internal-error';
import { ValidationFailedError } from '../errors/validation-failed-error';
import { findViolations } from './find-violations';
import { violationAt } from './violation';

const failure = new ValidationFailedError([violationAt(['sku'], 'sku is required', 'required')]);

describe('the violations of a failure', () => {
  it('are its own, or those of its cause', () => {
    expect(findViolations(failure)).toBe(failure.violations);
    expect(findViolations(new InternalError('bug', { cause: failure }))).toBe(failure.violations);
  });

  it('are empty for other failures, and for cyclic causes', () => {
    const circle = new Error('a');
    circle.cause = circle;

    expect(findViolations(circle)).toEqual([]);
    expect(findViolations('thrown')).toEqual([]);
  });
});
