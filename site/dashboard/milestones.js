// Milestones that were reached in a range of days, to be marked on the chart.

import { get, ofSite } from './api.js'
import { dayIn, hourIn } from './formats.js'

const MOST = 200

/** Reads the site's milestones in a range; under a filter by page, that page's alone. */
export async function readMarks({ site, filters }, range, timezone, signal) {
  const { milestones } = await get(ofSite(site, `/milestones?limit=${MOST}`), signal)
  const page = filters.find(([name]) => name === 'page')?.[1]
  return milestones
    .filter((milestone) => page === undefined || milestone.page === page)
    .map((milestone) => {
      const at = new Date(milestone.reached_at)
      return { ...milestone, day: dayIn(timezone, at), hour: hourIn(timezone, at) }
    })
    .filter(({ day }) => range[0] <= day && day <= range[1])
    .reverse()
}

/** Says what was reached, and when. */
export function markText({ page, threshold, day }) {
  const when = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' })
  return `${when.format(new Date(`${day}T00:00:00Z`))}: ${reached(page, threshold)}`
}

/** Says what was reached. */
export const reached = (page, threshold) =>
  `${page ?? 'the site'} reached ${threshold.toLocaleString('en')} ${threshold === 1 ? 'pageview' : 'pageviews'}`
