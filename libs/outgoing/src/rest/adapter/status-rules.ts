import { STATUS_CODES } from 'node:http';
import { Readable } from 'node:stream';
import { BusError, type UpstreamError } from '@trunkline/failures';
import { createStatusFailure } from '../../http/response/status-failure';
import type { RestResponse } from '../response/rest-response';
import { getClientStatus, type OnStatus, type StatusRule } from './on-status';
import { boundBody, pickHeaders, pickMembers } from './passed-content';
import { matchesBody } from './when';

/** Finds the rule for the status and the body of a response. */
export function findStatusRule({ status, data }: RestResponse, rules: OnStatus): Readonly<StatusRule> | undefined {
  const rule = rules[status];
  return rule?.when === undefined || matchesBody(rule.when, data) ? rule : undefined;
}

/**
 * Applies the rules for statuses to a response that is no success, or that a rule is for.
 *
 * @returns the value of the rule for its status
 * @throws {BusError} the failure of the rule, or, without a rule, an {@link UpstreamError}
 */
export function applyStatusRules(connection: string, response: RestResponse, rules: OnStatus): unknown {
  if (response.data instanceof Readable) response.data.destroy();
  const rule = findStatusRule(response, rules);
  if (rule && 'value' in rule) return rule.value;
  const failure = createStatusFailure(connection, response, boundBody(response.data));
  throw rule ? createFailureByRule(failure, response, rule) : failure;
}

function createFailureByRule(
  cause: UpstreamError,
  response: RestResponse,
  rule: Exclude<StatusRule, { value: unknown }>,
): BusError {
  const status = getClientStatus(rule, response.status);
  const { code, title = STATUS_CODES[status] ?? cause.title, pass, passHeaders } = rule;
  return new BusError(cause.message, {
    kind: 'domain',
    status,
    title,
    cause,
    ...(code !== undefined && { code }),
    ...(cause.retryAfter !== undefined && { retryAfter: cause.retryAfter }),
    ...(pass && pickMembers(cause.body, pass)),
    ...(passHeaders && { headers: pickHeaders(response.headers, passHeaders) }),
  });
}
