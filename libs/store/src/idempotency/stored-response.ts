/** A response, stored to be replayed. */
export interface StoredResponse {
  readonly status: number;
  /** Headers by lower-case name, without those of a single exchange (date, framing, correlation id). */
  readonly headers: Readonly<Record<string, string>>;
  /** `undefined` for a response without a body. */
  readonly body: string | Uint8Array | undefined;
  /** `false` if the body was too large to be stored. */
  readonly isComplete: boolean;
}

/** The JSON form of a stored response. */
interface StoredResponseJson {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text?: string;
  readonly base64?: string;
  readonly isWhole: boolean;
}

/** Serializes a response for external stores. */
export function serializeStoredResponse({ status, headers, body, isComplete }: StoredResponse): string {
  const written: StoredResponseJson = {
    status,
    headers,
    isWhole: isComplete,
    ...(typeof body === 'string' && { text: body }),
    ...(body instanceof Uint8Array && { base64: Buffer.from(body).toString('base64') }),
  };
  return JSON.stringify(written);
}

/** Parses a response that {@link serializeStoredResponse} created. */
export function parseStoredResponse(text: string): StoredResponse {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only the bus writes to the store
  const { status, headers, isWhole: isComplete, ...written } = JSON.parse(text) as StoredResponseJson;
  const body = written.base64 === undefined ? written.text : Buffer.from(written.base64, 'base64');
  return { status, headers, isComplete, body };
}
