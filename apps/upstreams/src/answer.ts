/** What a system says to one request. */
export interface Answer {
  readonly status: number;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The text as it is sent, JSON if no header says otherwise; empty for none. */
  readonly body: string;
}

export const NO_CONTENT: Answer = { status: 204, headers: {}, body: '' };

/** An answer whose body is `value` as JSON. */
export function json(status: number, value: unknown, headers: Answer['headers'] = {}): Answer {
  return { status, headers, body: JSON.stringify(value) };
}

/** An answer that says no, with a code for programs and a message for people. */
export function refusal(status: number, error: string, message: string, headers: Answer['headers'] = {}): Answer {
  return json(status, { error, message }, headers);
}
