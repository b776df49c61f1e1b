import { InternalError } from '../errors/internal-error';
import { ValidationFailedError } from '../errors/validation-failed-error';
import { findViolations } from './find-violations';
import { violationAt } from './violation';

const refusal = new ValidationFailedError([violationAt(['sku'], 'sku is required', 'required')]);

describe('the violations of a failure', () => {
  it('are its own, or those of what caused it', () => {
    expect(findViolations(refusal)).toBe(refusal.violations);
    expect(findViolations(new InternalError('bug', { cause: refusal }))).toBe(refusal.violations);
  });

  it('are none where it is about something else, or its causes go round in a circle', () => {
    const circle = new Error('a');
    circle.cause = circle;

    expect(findViolations(circle)).toEqual([]);
    expect(findViolations('thrown')).toEqual([]);
  });
});
