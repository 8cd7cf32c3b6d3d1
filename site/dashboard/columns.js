// Which numbers stand beside the values of a dimension: few in a panel, more in its details.

import { isProperty } from './dimensions.js'

const OF_VISITS = ['visitors', 'visits', 'pageviews', 'bounce_rate', 'visit_duration']
const OF_EVENTS = ['visitors', 'events']
const FEW = {
  page: ['visitors', 'pageviews'],
  entry_page: ['visitors', 'visits'],
  exit_page: ['visitors', 'visits'],
  event: OF_EVENTS,
  goal: ['visitors', 'conversion_rate'],
}
const MORE = {
  page: ['visitors', 'pageviews', 'bounce_rate', 'time_on_page', 'scroll_depth'],
  entry_page: ['visitors', 'visits', 'bounce_rate', 'visit_duration'],
  exit_page: ['visitors', 'visits', 'exit_rate'],
  event: OF_EVENTS,
  goal: ['visitors', 'events', 'conversion_rate'],
}
const IMPLIED = ['pageview', 'engagement'] // events that every page sends

/** The metrics of a panel; `share`, of all visitors, is not the API's but `withShares` adds it. */
export function fewMetrics(dimension, state) {
  const goal = state.filters.some(([name]) => name === 'goal')
  if (goal && dimension !== 'goal') return ['visitors', 'conversion_rate']
  return isProperty(dimension) ? OF_EVENTS : (FEW[dimension] ?? ['visitors', 'share'])
}

/** The metrics of a panel's details. */
export function moreMetrics(dimension, state) {
  const metrics = isProperty(dimension) ? OF_EVENTS : (MORE[dimension] ?? OF_VISITS)
  const goal = state.filters.some(([name]) => name === 'goal')
  return goal && !metrics.includes('conversion_rate') ? [...metrics, 'conversion_rate'] : metrics
}

/** Asks for the rows of a dimension with some metrics; `visitors` is what shares are of. */
export async function askRows(questions, dimension, metrics, visitors, limit, offset = 0) {
  const asked = metrics.filter((metric) => metric !== 'share')
  const implied = dimension === 'event' ? IMPLIED : []
  const answer = await questions.rows(dimension, asked, limit + implied.length, offset)
  const rows = answer.rows.filter((row) => !implied.includes(row.value))
  const left = answer.rows.length - rows.length
  if (metrics.includes('share')) for (const row of rows) row.metrics.push(share(row.metrics[0], visitors))
  return { rows: rows.slice(0, limit), all: answer.all - left, next: offset + limit + left }
}

const share = (part, whole) => (whole ? Math.round((1000 * part) / whole) / 10 : null)
