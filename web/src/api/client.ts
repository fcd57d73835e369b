import { sentence } from '../words';
import { EventReader, type ServerEvent } from './events';
import type { components, paths } from './types';

export type Schemas = components['schemas'];

/** What went wrong with a request, in a sentence for a person. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }

  /** The server could not be reached at all. */
  get offline(): boolean {
    return this.status === 0;
  }
}

type Method = 'get' | 'put' | 'post' | 'delete';
type PathsWith<M extends Method> = { [P in keyof paths]: paths[P][M] extends object ? P : never }[keyof paths];
type JsonOf<R> = R extends { content: { 'application/json': infer T } } ? T : never;
type Success<O> = O extends { responses: infer R } ? { [S in keyof R]: S extends 200 | 201 | 202 ? JsonOf<R[S]> : never }[keyof R] : never;
type BodyOf<O> = O extends { requestBody: { content: { 'application/json': infer B } } } ? B : never;

export type GetPath = PathsWith<'get'>;
export type GetResult<P extends GetPath> = Success<paths[P]['get']>;

export type Params = Record<string, string>;
export type Query = Record<string, string | number | undefined>;

/** Fills the braces of an OpenAPI path and appends the query. */
export function urlOf(path: string, params: Params = {}, query: Query = {}): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name];
    if (value === undefined) throw new Error(`${path}: expected a value for ${name}, found none`);
    return encodeURIComponent(value);
  });
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value));
  const text = search.toString();
  return text === '' ? filled : `${filled}?${text}`;
}

/** One sentence from a problem document, or from the bare status where there is none. */
export function problemSentence(status: number, body: unknown): { code: string; message: string } {
  const problem = (typeof body === 'object' && body !== null ? body : {}) as Partial<Schemas['Problem']>;
  const text = problem.detail || problem.title || `The server answered with status ${status}.`;
  return { code: problem.code ?? String(status), message: sentence(text) };
}

type Listener = (reachable: boolean) => void;
const reachability = new Set<Listener>();

/** Tells whether the server answers, each time that becomes known. */
export function onReachability(listener: Listener): () => void {
  reachability.add(listener);
  return () => reachability.delete(listener);
}

export function reportReachable(reachable: boolean): void {
  for (const listener of reachability) listener(reachable);
}

async function send(method: string, url: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      headers: { Accept: 'application/json, text/event-stream', ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch {
    if (signal?.aborted) throw stopped();
    reportReachable(false);
    throw new ApiError(0, 'UNAVAILABLE', 'The server does not answer. Start it with “groundwork serve”; nothing you did is lost.');
  }
  reportReachable(true);
  if (response.ok) return response;
  const { code, message } = problemSentence(response.status, await response.json().catch(() => null));
  throw new ApiError(response.status, code, message);
}

const stopped = () => new ApiError(499, 'CANCELLED', 'Stopped.');

export async function request<T>(method: string, url: string, body?: unknown): Promise<T> {
  const response = await send(method, url, body);
  return (await response.json().catch(() => null)) as T;
}

/** Hands on the events of a streamed answer, one by one, until it ends. */
export async function stream<P extends PathsWith<'post'>>(path: P, body: BodyOf<paths[P]['post']>, signal: AbortSignal, onEvent: (event: ServerEvent) => void): Promise<void> {
  const response = await send('POST', path, body, signal);
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  const events = new EventReader();
  try {
    for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read()) {
      for (const event of events.push(decoder.decode(part.value, { stream: true }))) onEvent(event);
    }
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw signal.aborted ? stopped() : new ApiError(0, 'UNAVAILABLE', 'The answer broke off: the server went away.');
  }
}

export const api = {
  get<P extends GetPath>(path: P, params?: Params, query?: Query): Promise<GetResult<P>> {
    return request('GET', urlOf(path, params, query));
  },
  post<P extends PathsWith<'post'>>(path: P, body: BodyOf<paths[P]['post']>, params?: Params): Promise<Success<paths[P]['post']>> {
    return request('POST', urlOf(path, params), body);
  },
  put<P extends PathsWith<'put'>>(path: P, body: BodyOf<paths[P]['put']>, params?: Params): Promise<Success<paths[P]['put']>> {
    return request('PUT', urlOf(path, params), body);
  },
  remove<P extends PathsWith<'delete'>>(path: P, params?: Params): Promise<Success<paths[P]['delete']>> {
    return request('DELETE', urlOf(path, params));
  },
};
