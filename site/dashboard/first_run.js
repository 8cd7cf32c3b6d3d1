// A site that never had an event: the snippet to paste, until the first visit arrives.

import { API, query } from './api.js'
import { copy, element } from './dom.js'

const WATCHED_MS = 2000
const PATIENT_MS = 10000
const PATIENCE_MS = 15 * 60 * 1000

/** Tells whether a site has, or ever had, an event, bots included. */
export async function hasEvents(site, signal) {
  const asked = { site_id: site, metrics: ['events'], date_range: 'all', bots: 'include' }
  const { results, query: answered } = await query(asked, signal)
  const [first, last] = answered.date_range.map((end) => end.slice(0, 10))
  return results[0].metrics[0] > 0 || first !== last // "all" begins with the day of the first event
}

/** Shows what to do. */
export function drawFirstRun(site, sample) {
  const attributes = [`data-domain="${escaped(site)}"`]
  if (API) attributes.push(`data-api="${escaped(API)}/api/event"`)
  element('snippet').textContent = `<script defer ${attributes.join(' ')} src="${location.origin}/js/script.js"></script>`
  for (const place of element('first-run').querySelectorAll('[data-site]')) place.textContent = site
  for (const place of element('first-run').querySelectorAll('[data-server]')) place.textContent = API || location.origin
  element('first-sample').hidden = site !== sample
}

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')

/** How long to wait until the next look: soon at first, later for a page that was left open. */
export const nextLook = (since) => (Date.now() - since < PATIENCE_MS ? WATCHED_MS : PATIENT_MS)

element('copy-snippet').addEventListener('click', (event) => copy(element('snippet').textContent, event.target))
