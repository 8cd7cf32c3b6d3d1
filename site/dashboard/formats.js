// How numbers, days and buckets of time are written.

const number = new Intl.NumberFormat('en', { maximumFractionDigits: 2 })
const tenth = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 })
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })
const utc = (options) => new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', ...options })
const dayMonth = utc({ day: 'numeric', month: 'short' })
const longDay = utc({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' })
const monthYear = utc({ month: 'short', year: 'numeric' })
const shortMonth = utc({ month: 'short' })
const plainDay = utc({ day: 'numeric', month: 'short', year: 'numeric' })

const NAMES = {
  visitors: 'Visitors',
  visits: 'Visits',
  pageviews: 'Pageviews',
  views_per_visit: 'Views per visit',
  bounce_rate: 'Bounce rate',
  visit_duration: 'Visit duration',
  events: 'Events',
  conversion_rate: 'Conversion',
  exit_rate: 'Exit rate',
  time_on_page: 'Time on page',
  scroll_depth: 'Scroll depth',
  share: 'Share',
}
const PERCENT = new Set(['bounce_rate', 'conversion_rate', 'exit_rate', 'scroll_depth', 'share'])
const TENTHS = new Set(['conversion_rate', 'exit_rate', 'share'])
const SECONDS = new Set(['visit_duration', 'time_on_page'])

/** What a metric is called. */
export const metricName = (metric) => NAMES[metric]

/** Writes a metric's value. */
export function value(metric, amount) {
  if (amount === null || amount === undefined) return '–'
  if (PERCENT.has(metric)) return `${(TENTHS.has(metric) ? tenth : number).format(amount)}%`
  if (SECONDS.has(metric)) return duration(amount)
  return number.format(amount)
}

/** Writes a metric's value in little room. */
export const shortValue = (metric, amount) =>
  PERCENT.has(metric) || SECONDS.has(metric) ? value(metric, amount) : short.format(amount)

function duration(seconds) {
  const whole = Math.round(seconds)
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60]
  if (hours) return `${hours}h ${String(minutes).padStart(2, '0')}m`
  return minutes ? `${minutes}m ${String(whole % 60).padStart(2, '0')}s` : `${whole}s`
}

const dateOf = (label) => new Date(`${label.slice(0, 10)}T00:00:00Z`)
const hourOf = (label) => label.slice(11, 16)

/** Writes a bucket of time in full; `bucket` is hour, day, week or month, `label` the Stats API's. */
export function bucketName(bucket, label) {
  if (bucket === 'hour') return `${longDay.format(dateOf(label))}, ${hourOf(label)}`
  if (bucket === 'week') return `Week of ${plainDay.format(dateOf(label))}`
  return (bucket === 'month' ? monthYear : longDay).format(dateOf(label))
}

/** Writes a bucket of time for an axis; `single`: all are of one day. */
export function tick(bucket, label, single) {
  if (bucket === 'hour') return single ? hourOf(label) : `${dayMonth.format(dateOf(label))} ${hourOf(label)}`
  if (bucket !== 'month') return dayMonth.format(dateOf(label))
  return label.slice(5, 7) === '01' ? label.slice(0, 4) : shortMonth.format(dateOf(label))
}

/** Writes a range of days. */
export function rangeName([first, last]) {
  const [from, to] = [dateOf(first), dateOf(last)]
  return from.getTime() === to.getTime() ? longDay.format(from) : plainDay.formatRange(from, to)
}

/** The calendar date (YYYY-MM-DD) of an instant in a timezone. */
export const dayIn = (timezone, instant) => clock(timezone, instant).slice(0, 10)

/** The hour (YYYY-MM-DD HH) of an instant in a timezone. */
export const hourIn = (timezone, instant) => clock(timezone, instant)

function clock(timezone, instant) {
  const digits = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', hourCycle: 'h23' }
  const written = new Intl.DateTimeFormat('en-GB', { timeZone: timezone, ...digits }).formatToParts(instant)
  const part = Object.fromEntries(written.map(({ type, value: text }) => [type, text]))
  return `${part.year}-${part.month}-${part.day} ${part.hour}`
}
