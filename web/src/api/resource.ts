import { useCallback, useEffect, useSyncExternalStore } from 'react';
import type { ApiError} from './client';
import { request, urlOf, type GetPath, type GetResult, type Params, type Query } from './client';

/**
 * What the server said last, by address. A page shows what is known at once and is told when something newer came; a
 * fact from anywhere makes every entry stale, and the entries on screen are fetched again.
 */
interface Entry {
  snapshot: Snapshot<unknown>;
  stale: boolean;
  fetching: boolean;
  again: boolean;
  listeners: Set<() => void>;
}

export interface Snapshot<T> {
  data: T | undefined;
  error: ApiError | undefined;
}

const empty: Snapshot<never> = { data: undefined, error: undefined };
const entries = new Map<string, Entry>();

function entryOf(url: string): Entry {
  let entry = entries.get(url);
  if (entry === undefined) {
    entry = { snapshot: empty, stale: true, fetching: false, again: false, listeners: new Set() };
    entries.set(url, entry);
  }
  return entry;
}

function publish(entry: Entry, snapshot: Snapshot<unknown>): void {
  entry.snapshot = snapshot;
  for (const listener of entry.listeners) listener();
}

async function refresh(url: string): Promise<void> {
  const entry = entryOf(url);
  if (entry.fetching) {
    entry.again = true;
    return;
  }
  entry.fetching = true;
  entry.stale = false;
  try {
    publish(entry, { data: await request<unknown>('GET', url), error: undefined });
  } catch (error) {
    entry.stale = true;
    publish(entry, { data: entry.snapshot.data, error: error as ApiError });
  } finally {
    entry.fetching = false;
    if (entry.again) {
      entry.again = false;
      void refresh(url);
    }
  }
}

/** Fetches again what is on screen; everything else when it is next looked at. */
export function invalidateAll(): void {
  for (const [url, entry] of entries) {
    entry.stale = true;
    if (entry.listeners.size > 0) void refresh(url);
  }
}

/** Puts what a write answered where a later read would find it. */
export function remember<P extends GetPath>(path: P, params: Params, data: GetResult<P>): void {
  const entry = entryOf(urlOf(path, params));
  entry.stale = false;
  publish(entry, { data, error: undefined });
}

export interface Resource<T> extends Snapshot<T> {
  retry: () => void;
}

export function useResource<P extends GetPath>(path: P, params?: Params, query?: Query): Resource<GetResult<P>> {
  const url = urlOf(path, params, query);
  const subscribe = useCallback(
    (listener: () => void) => {
      const entry = entryOf(url);
      entry.listeners.add(listener);
      return () => entry.listeners.delete(listener);
    },
    [url],
  );
  const snapshot = useSyncExternalStore(subscribe, () => entryOf(url).snapshot);
  useEffect(() => {
    if (entryOf(url).stale) void refresh(url);
  }, [url]);
  const retry = useCallback(() => void refresh(url), [url]);
  return { data: snapshot.data as GetResult<P> | undefined, error: snapshot.error, retry };
}
