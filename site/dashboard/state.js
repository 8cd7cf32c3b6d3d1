// What is shown, as the address's fragment says it, such as #site=example.org&period=7d&source=Google. Whatever is as
// by default is left out of it. Filters are the parameters that are named like a dimension.

import { isDimension } from './dimensions.js'

export const PERIODS = ['day', 'yesterday', '7d', '30d', '90d', 'month', 'last-month', '12mo', 'all', 'custom']
export const METRICS = ['visitors', 'visits', 'pageviews', 'views_per_visit', 'bounce_rate', 'visit_duration']
export const PANELS = ['pages', 'sources', 'places', 'devices', 'events']

const CHOICES = {
  period: PERIODS,
  compare: ['previous_period', 'year_over_year', 'none'],
  bots: ['exclude', 'include', 'only'],
  metric: METRICS,
  interval: ['auto', 'hour', 'day', 'week', 'month'],
}
const DEFAULTS = { period: '30d', compare: 'previous_period', bots: 'exclude', metric: 'visitors', interval: 'auto' }
const DAY = /^\d{4}-\d\d-\d\d$/

/** Reads a fragment. A value that is none is as if it were left out. */
export function read(fragment) {
  const given = new URLSearchParams(fragment)
  const state = { site: (given.get('site') ?? '').trim().toLowerCase(), from: '', to: '', filters: [], views: {} }
  for (const [name, values] of Object.entries(CHOICES)) {
    state[name] = values.includes(given.get(name)) ? given.get(name) : DEFAULTS[name]
  }
  if (['7', '30', '90'].includes(given.get('days'))) state.period = `${given.get('days')}d` // as it was written before
  if (state.period === 'custom') readDays(state, given)
  for (const [name, value] of given) if (isDimension(name)) state.filters.push([name, value])
  for (const name of PANELS) if (isDimension(given.get(name) ?? '')) state.views[name] = given.get(name)
  return state
}

function readDays(state, given) {
  const [from, to] = ['from', 'to'].map((name) => given.get(name) ?? '')
  if (DAY.test(from) && DAY.test(to)) Object.assign(state, from <= to ? { from, to } : { from: to, to: from })
  else state.period = DEFAULTS.period
}

/** Writes the fragment that `read` would read. */
export function write(state) {
  const given = new URLSearchParams({ site: state.site })
  for (const name of Object.keys(CHOICES)) if (state[name] !== DEFAULTS[name]) given.set(name, state[name])
  if (state.period === 'custom') {
    given.set('from', state.from)
    given.set('to', state.to)
  }
  for (const [name, value] of state.filters) given.append(name, value)
  for (const [name, value] of Object.entries(state.views)) given.set(name, value)
  return given.toString()
}

/** The filters with one more; another value of the same dimension gives way, and the same one is taken out again. */
export function toggled(filters, name, value) {
  const others = filters.filter(([other]) => other !== name)
  return filters.some(([other, its]) => other === name && its === value) ? others : [...others, [name, value]]
}
