import type { RoutedRequest } from '@trunkline/http-server';
import type { FastifyReply } from 'fastify';

/**
 * A step that a request passes with the bytes of its body, empty without one, before they are parsed. It throws the failure to respond
 * with.
 *
 * @returns `responded` where the step has sent the response itself
 */
export type OnBodyStep = (request: RoutedRequest, reply: FastifyReply, body: Buffer) => 'passed' | 'responded';
