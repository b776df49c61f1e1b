import type { IncomingMessage, ServerResponse } from 'node:http';
import { markLastResponse } from '../connections/connection-close';

/**
 * Sends `100 Continue` once the body of a request is first read, to a client that waits for it (`Expect: 100-continue`, RFC 9110 §10.1.1).
 *
 * Where the bus responds without `100 Continue`, it closes the connection after the response. The client may send the body anyway, and
 * its bytes must not be parsed as the next request.
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
