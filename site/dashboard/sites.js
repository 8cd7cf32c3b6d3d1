// The sites that the key can read, each with its visitors of the last week.

import { get, query } from './api.js'
import { element, make } from './dom.js'
import { value } from './formats.js'

const COUNTED = 25 // sites whose visitors are asked for: each is a question of its own

/** Shows the list; gives the sites' names. */
export async function drawSites(signal) {
  const { sites } = await get('/v1/sites', signal)
  const rows = sites.map(({ site, timezone, public: isPublic }) => {
    const link = make('a', { href: `#${new URLSearchParams({ site })}`, textContent: site })
    const count = make('td')
    const others = [isPublic ? 'anyone' : 'with a key', timezone].map((textContent) => make('td', { textContent }))
    return { site, count, row: make('tr', {}, make('th', { scope: 'row' }, link), count, ...others) }
  })
  element('site-rows').replaceChildren(...rows.map(({ row }) => row))
  element('site-table').hidden = !rows.length
  element('no-sites').hidden = rows.length > 0
  for (const { site, count } of rows.slice(0, COUNTED)) fillCount(site, count, signal)
  return sites.map(({ site }) => site)
}

async function fillCount(site, cell, signal) {
  try {
    const { results } = await query({ site_id: site, metrics: ['visitors'], date_range: '7d' }, signal)
    cell.textContent = value('visitors', results[0].metrics[0])
  } catch (error) {
    cell.textContent = '–'
    if (error.name !== 'AbortError') cell.title = error.message
  }
}
