// The API, and the key for it, which stays in this tab: in sessionStorage, gone when the tab is closed.

const KEY = 'milepost.key'
const SHARED = 'milepost.shared' // set if the key came with a link, so that the same link can be given on

/** Where the API is; empty: where this page is from. */
export const API = document.querySelector('meta[name=milepost-api]').content

/** An answer other than 2xx: its status, and the reason that it gives. */
export class Refusal extends Error {
  constructor(status, reason) {
    super(reason || 'no reason given')
    this.status = status
  }
}

export const key = () => sessionStorage.getItem(KEY)
export const keyWasShared = () => sessionStorage.getItem(SHARED) !== null

export function keepKey(value, shared) {
  sessionStorage.setItem(KEY, value)
  if (shared) sessionStorage.setItem(SHARED, 'yes')
  else sessionStorage.removeItem(SHARED)
}

export function forgetKey() {
  sessionStorage.removeItem(KEY)
  sessionStorage.removeItem(SHARED)
}

/** Asks by GET. Throws a Refusal, or what fetch throws if there was no answer. */
export const get = (path, signal) => ask(path, { signal })

export const ofSite = (site, rest = '') => `/v1/sites/${encodeURIComponent(site)}${rest}`

/** Asks the Stats API, version 2. The body goes as plain text: so a public site of another origin needs no preflight. */
export const query = (body, signal) => ask('/api/v2/query', { method: 'POST', body: JSON.stringify(body), signal })

async function ask(path, options) {
  const headers = key() ? { authorization: `Bearer ${key()}` } : {}
  const response = await fetch(`${API}${path}`, { headers, credentials: 'omit', cache: 'no-store', ...options })
  if (response.ok) return response.json()
  const { error } = await response.json().catch(() => ({}))
  throw new Refusal(response.status, error)
}
