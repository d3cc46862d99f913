// The service's HTTP API. Paths are relative, so that the page also works behind a proxy under a path of its own.
import { askToken } from './dialogs.js';

const DEADLINE_MILLIS = 15_000; // above what a pause waits for the flush in flight
const TOKEN = 'tidemark.token'; // of this tab (sessionStorage) and gone with it

/** An answer that is an error: its status, what is wrong, and what to do where the service says so. */
export class Rejection extends Error {
  constructor(status, message, hint) {
    super(message);
    this.status = status;
    this.hint = hint;
  }
}

/** The service did not answer, or only in part. */
export class NoAnswer extends Error {}

export function get(path) {
  return send('GET', path);
}

/** A call that changes something. Asks for the token where one is needed; null where it was not given. */
export function post(path, body) {
  return withToken(() => send('POST', path, body));
}

/** Makes a call again with a token that it asks for, as long as the call is refused for the want of one. */
export async function withToken(call) {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof Rejection) || error.status !== 401) {
        throw error;
      }
      const token = await askToken(error.message);
      if (token === null) {
        return null;
      }
      sessionStorage.setItem(TOKEN, token);
    }
  }
}

async function send(method, path, body) {
  const headers = {};
  const token = sessionStorage.getItem(TOKEN);
  if (token !== null) {
    headers.Authorization = `Bearer ${token}`;
  }
  if (body !== undefined) {
    headers['Content-Type'] = 'application/json';
  }
  const { status, ok, text } = await exchange(path, {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
    cache: 'no-store',
    signal: AbortSignal.timeout(DEADLINE_MILLIS),
  });
  if (!ok) {
    throw rejection(status, text);
  }
  return JSON.parse(text);
}

async function exchange(path, request) {
  try {
    const response = await fetch(path, request);
    return { status: response.status, ok: response.ok, text: await response.text() };
  } catch {
    throw new NoAnswer('The service does not answer');
  }
}

function rejection(status, text) {
  try {
    const { error, hint } = JSON.parse(text);
    return new Rejection(status, error ?? `the service answered ${status}`, hint ?? '');
  } catch {
    return new Rejection(status, `the service answered ${status}`, ''); // a proxy's own page, perhaps
  }
}
