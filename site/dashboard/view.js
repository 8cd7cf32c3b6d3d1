// One site's view: reads what it shows and draws it, the headline first, then all else at once.

import { Refusal, get, ofSite } from './api.js'
import { element, setText } from './dom.js'
import { offerDays } from './controls.js'
import { drawHeadline, markMetric } from './headline.js'
import { dayIn } from './formats.js'
import { readMarks } from './milestones.js'
import { Questions, bucketOf } from './questions.js'

/**
 * Reads and draws what `state` says.
 *
 * @returns what is known then: the questions, the site, the first and last day, whether today is among them, and whether
 *   there was nothing at all
 */
export async function drawView(state, panels, signal) {
  const site = get(ofSite(state.site), signal)
  const questions = new Questions(state, site, signal)
  markMetric(state.metric)
  const [totals, described] = await Promise.all([questions.totals(), site])
  const [visitors, , pageviews] = totals.values
  const known = { questions, totals, site: described, empty: !visitors && !pageviews && !totals.values.at(-1) }
  known.live = totals.range[1] >= dayIn(described.timezone, Date.now())
  signal.throwIfAborted()
  drawHeadline(totals)
  offerDays(totals.range)
  setText('timezone', described.timezone)
  element('results').ariaBusy = 'false'
  const work = [drawChart(state, known, signal), drawNow(state, signal)]
  for (const panel of panels) work.push(known.empty ? panel.clear(state) : panel.show(state, questions, visitors))
  await Promise.all(work)
  return known
}

/** Marks what is on the page as no longer what was asked for. */
export function markBusy() {
  for (const part of document.querySelectorAll('[aria-busy]')) part.ariaBusy = 'true'
}

/** Reads and shows who is here now. */
export async function drawNow({ site, bots }, signal) {
  const { visitors } = await get(ofSite(site, `/now?limit=1&bots=${bots}`), signal)
  const count = visitors.last_5_minutes
  setText('now-count', count.toLocaleString('en'))
  setText('now-says', count === 1 ? 'visitor now' : 'visitors now')
  element('now').dataset.some = count > 0
}

async function drawChart(state, { questions, totals, site, empty }, signal) {
  const { range, earlier: earlierRange } = totals
  const bucket = bucketOf(state, range)
  element('chart-empty').hidden = !empty
  element('hint').hidden = !empty || state.bots !== 'exclude'
  const [{ drawChart: draw }, series, earlier, marks] = await Promise.all([
    import('./chart.js'),
    tolerant(questions.series(range, bucket)),
    earlierRange ? tolerant(questions.series(earlierRange, bucket)) : undefined,
    readMarks(state, range, site.timezone, signal),
  ])
  signal.throwIfAborted()
  setText('chart-refused', series instanceof Refusal ? series.message : '')
  if (series instanceof Refusal) return (element('chart').ariaBusy = 'false')
  const compared = earlier instanceof Refusal ? undefined : earlier
  const { metric } = state
  await draw({ bucket, metric, series, earlier: compared, range, earlierRange, timezone: site.timezone, marks })
}

/** What cannot be told, such as hours of too many days, is a text in the chart's place; other failures are thrown. */
async function tolerant(asked) {
  try {
    return await asked
  } catch (error) {
    if (error instanceof Refusal && error.status === 400) return error
    throw error
  }
}
