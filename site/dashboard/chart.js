// The chart: a metric over time, the range before behind it, milestones on it; and the same as a table.

import { csv } from './csv.js'
import { element, make } from './dom.js'
import { bucketName, dayIn, hourIn, metricName, rangeName, value } from './formats.js'
import { markText } from './milestones.js'
import { plot } from './plot.js'
import { METRICS } from './state.js'

const FEW_MARKS = 4
const COUNTS = new Set(['visitors', 'visits', 'pageviews'])

let shown // what is drawn: what `drawChart` was given

/**
 * Draws the chart.
 *
 * @param content bucket and metric; series and earlier, as `Questions.series` gives them (earlier may be undefined);
 *   range and earlierRange, the first and last days; timezone of the site; marks, as `milestones.js` gives them
 */
export async function drawChart(content) {
  shown = { ...content, points: pointsOf(content) }
  const { bucket, metric, points, range } = shown
  element('chart-title').textContent = `${metricName(metric)} by ${bucket}`
  element('legend-before').hidden = !content.earlier
  element('legend-name').textContent = rangeName(range)
  element('legend-before-name').textContent = content.earlier ? rangeName(content.earlierRange) : ''
  element('plot').setAttribute('aria-label', summary(shown))
  listMarks(content.marks)
  fillTable()
  await plot(element('plot'), shown)
  element('chart').ariaBusy = 'false'
}

/** The same chart with another metric. */
export const redrawChart = (metric) => (shown ? drawChart({ ...shown, metric }) : undefined)

/** What the chart shows, as a file's text. */
export function chartCsv() {
  const { bucket, metric, points, earlier } = shown
  const compared = earlier ? [`${bucket}_before`, `${metric}_before`] : []
  const rows = points.map((point) => [
    timeOf(bucket, point.label), point.now, ...(earlier ? [timeOf(bucket, point.labelBefore), point.before] : []),
  ])
  return csv([[bucket, metric, ...compared], ...rows])
}

const timeOf = (bucket, label) => (bucket === 'hour' ? label?.slice(0, 16) : label)

/** A point for each bucket: its label and value, those of the range before, and its milestones. */
function pointsOf({ bucket, metric, series, earlier, timezone, marks }) {
  const at = METRICS.indexOf(metric)
  const nothing = COUNTS.has(metric) ? 0 : null
  const last = bucket === 'hour' ? `${hourIn(timezone, Date.now())}:00:00` : dayIn(timezone, Date.now())
  return series.map(({ label, metrics }, index) => ({
    label,
    now: label > last ? null : (metrics?.[at] ?? nothing), // the future is not 0
    labelBefore: earlier?.[index]?.label,
    before: earlier?.[index] ? (earlier[index].metrics?.[at] ?? nothing) : null,
    marks: marks.filter((mark) => isIn(bucket, label, series[index + 1]?.label, mark)),
  }))
}

const isIn = (bucket, label, next, mark) => {
  const time = bucket === 'hour' ? `${mark.hour}:00:00` : mark.day
  return label <= time && (next === undefined || time < next)
}

function summary({ bucket, metric, points }) {
  const known = points.filter((point) => point.now !== null)
  if (!known.length) return `${metricName(metric)} by ${bucket}: nothing to show`
  const most = known.reduce((one, other) => (other.now > one.now ? other : one))
  const from = bucketName(bucket, points[0].label)
  const to = bucketName(bucket, points.at(-1).label)
  return `${metricName(metric)} by ${bucket}, ${from} to ${to}. Most: ${value(metric, most.now)}, ` +
    `${bucketName(bucket, most.label)}. All values are in the table below.`
}

/** Lists the milestones; few are seen at once, many when they are asked for. */
function listMarks(marks) {
  const [list, all] = [element('marks'), element('milestones')]
  if (list.childElementCount !== marks.length) all.open = marks.length <= FEW_MARKS
  list.replaceChildren(...marks.map((mark) => make('li', { textContent: markText(mark) })))
  all.querySelector('summary').textContent = marks.length === 1 ? '1 milestone' : `${marks.length} milestones`
  all.hidden = !marks.length
}

function fillTable() {
  const { bucket, metric, points, earlier } = shown
  const names = [bucket[0].toUpperCase() + bucket.slice(1), metricName(metric), ...(earlier ? ['Before'] : [])]
  const table = element('chart-table')
  table.tHead.replaceChildren(make('tr', {}, ...names.map((textContent) => make('th', { scope: 'col', textContent }))))
  table.tBodies[0].replaceChildren(
    ...points.map((point) => {
      const header = make('th', { scope: 'row', textContent: bucketName(bucket, point.label) })
      const values = [point.now, ...(earlier ? [point.before] : [])]
      return make('tr', {}, header, ...values.map((each) => make('td', { textContent: value(metric, each) })))
    }),
  )
}
