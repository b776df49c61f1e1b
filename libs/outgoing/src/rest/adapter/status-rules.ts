import { STATUS_CODES } from 'node:http';
import { BusError, type UpstreamError } from '@trunkline/failures';
import { createStatusFailure } from '../../http/response/status-failure';
import type { RestResponse } from '../response/rest-response';
import type { OnStatus, StatusRule } from './on-status';

/**
 * Applies the rules for statuses to a response that is no success.
 *
 * @returns the value of the rule for its status
 * @throws {BusError} the failure of the rule, or, without a rule, an {@link UpstreamError}
 */
export function applyStatusRules(connection: string, response: RestResponse, rules: OnStatus): unknown {
  const failure = createStatusFailure(connection, response);
  const rule = rules[response.status];
  if (!rule) throw failure;
  if ('value' in rule) return rule.value;
  throw createFailureByRule(failure, response.status, rule);
}

function createFailureByRule(
  cause: UpstreamError,
  upstreamStatus: number,
  rule: Exclude<StatusRule, { value: unknown }>,
): BusError {
  const { status = upstreamStatus, code, title = STATUS_CODES[status] ?? cause.title } = rule;
  return new BusError(cause.message, {
    kind: 'domain',
    status,
    title,
    cause,
    ...(code !== undefined && { code }),
    ...(cause.retryAfter !== undefined && { retryAfter: cause.retryAfter }),
  });
}
