import type { IncomingMessage, ServerResponse } from 'node:http';
import { markLastResponse } from '../connections/connection-close';

/**
 * Sends `100 Continue` once the body of a request is first read, to a client that waits for it (`Expect: 100-continue`, RFC 9110 §10.1.1).
 *
 * A response without an earlier `100 Continue` is the last one of its connection: Node closes it, since whether the body follows is
 * unknown, and any bytes that do follow are not parsed as requests.
 */
export function sendContinueOnRead(request: IncomingMessage, response: ServerResponse): void {
  let isContinued = false;
  const sendContinue = () => {
    // Node also reads the rest of a body after the response.
    if (isContinued || response.headersSent) return;
    isContinued = true;
    response.writeContinue();
  };
  request.once('resume', sendContinue);
  request.on('newListener', (name) => {
    if (name === 'readable') sendContinue();
  });
  response.once('prefinish', () => {
    if (!isContinued) markLastResponse(request.socket);
  });
}
