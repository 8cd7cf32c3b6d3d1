// What is asked of the Stats API for what is shown.

import { query } from './api.js'
import { apiName } from './dimensions.js'
import { dayIn } from './formats.js'
import { METRICS } from './state.js'

const MOST_DAYS_BY_DAY = 92

/** Asks questions about what `state` shows; `site` is what the API tells of the site, or a promise of it. */
export class Questions {
  constructor(state, site, signal) {
    this.state = state
    this.site = site
    this.signal = signal
  }

  /** Asks for the totals of the range, and for those of the range it is compared with. */
  async totals() {
    const { compare } = this.state
    const include = compare === 'none' ? {} : { comparisons: { mode: compare } }
    const answer = await this.#ask({ metrics: [...METRICS, 'events'], include, date_range: await this.#range() })
    const [row] = answer.results
    return {
      values: row.metrics,
      before: row.comparison?.metrics,
      change: row.comparison?.change,
      range: days(answer.query.date_range),
      earlier: answer.meta.comparison_date_range && days(answer.meta.comparison_date_range),
    }
  }

  /** Asks for the metrics of each bucket of time in a range of days. */
  async series(range, bucket) {
    const asked = { metrics: METRICS, dimensions: [`time:${bucket}`], include: { time_labels: true } }
    const answer = await this.#ask({ ...asked, date_range: range })
    const rows = new Map(answer.results.map((row) => [row.dimensions[0], row.metrics]))
    return answer.meta.time_labels.map((label) => ({ label, metrics: rows.get(label) }))
  }

  /** Asks for the rows of a dimension, those with the most of the first metric first. */
  async rows(dimension, metrics, limit, offset = 0) {
    const answer = await this.#ask({
      metrics, dimensions: [apiName(dimension)], pagination: { limit, offset }, include: { total_rows: true },
      date_range: await this.#range(),
    })
    const rows = answer.results.map(({ dimensions, metrics }) => ({ value: dimensions[0], metrics }))
    return { rows, all: answer.meta.total_rows }
  }

  #ask(asked) {
    const { site, bots, filters } = this.state
    const conditions = filters.map(([name, value]) => ['is', apiName(name), [value]])
    return query({ site_id: site, bots, filters: conditions, ...asked }, this.signal)
  }

  /** The range as the API wants it. Only what it has no name for needs the site's present day. */
  async #range() {
    const { period, from, to } = this.state
    if (period === 'custom') return [from, to]
    if (period !== 'yesterday' && period !== 'last-month') return period
    const today = new Date(`${dayIn((await this.site).timezone, Date.now())}T00:00:00Z`)
    const [year, month, day] = [today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate()]
    const ends = period === 'yesterday' ? [[month, day - 1], [month, day - 1]] : [[month - 1, 1], [month, 0]]
    return ends.map((end) => new Date(Date.UTC(year, ...end)).toISOString().slice(0, 10))
  }
}

/** The bucket for a range of days, unless another one is chosen. */
export function bucketOf({ interval }, [first, last]) {
  const count = (Date.parse(last) - Date.parse(first)) / 86_400_000 + 1
  if (interval !== 'auto') return interval === 'hour' && count > 31 ? 'day' : interval
  if (count === 1) return 'hour'
  return count <= MOST_DAYS_BY_DAY ? 'day' : 'month'
}

const days = (ends) => ends.map((end) => end.slice(0, 10))
