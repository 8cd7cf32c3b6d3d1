// The headline: six numbers, how each has changed, and by which of them the chart goes.

import { element } from './dom.js'
import { rangeName, value } from './formats.js'
import { METRICS } from './state.js'

const LESS_IS_BETTER = new Set(['bounce_rate'])
const tiles = () => document.querySelectorAll('[data-metric]')

/** Marks the metric that the chart shows. */
export function markMetric(metric) {
  for (const tile of tiles()) tile.setAttribute('aria-pressed', tile.dataset.metric === metric)
}

/** Calls `choose` with a metric when its tile is pressed. */
export function onMetric(choose) {
  for (const tile of tiles()) tile.addEventListener('click', () => choose(tile.dataset.metric))
}

/** Shows totals, as `Questions.totals` gives them. */
export function drawHeadline({ values, before, change, range, earlier }) {
  for (const tile of tiles()) {
    const at = METRICS.indexOf(tile.dataset.metric)
    tile.querySelector('.value').textContent = value(tile.dataset.metric, values[at])
    drawChange(tile, tile.dataset.metric, before?.[at], change?.[at])
  }
  element('range').textContent = rangeName(range)
  element('compared').textContent = earlier ? `compared with ${rangeName(earlier)}` : ''
}

function drawChange(tile, metric, before, change) {
  const [shown, from] = [tile.querySelector('.change'), tile.querySelector('.from')]
  const told = before !== undefined && before !== null
  shown.textContent = told ? changeText(change) : ''
  from.textContent = told ? `from ${value(metric, before)}` : ''
  const better = LESS_IS_BETTER.has(metric) ? change < 0 : change > 0
  shown.classList.toggle('better', Boolean(change) && better)
  shown.classList.toggle('worse', Boolean(change) && !better)
}

function changeText(change) {
  if (change === null) return '' // nothing is no measure
  return `${change > 0 ? '+' : change < 0 ? '−' : '±'}${Math.abs(change).toLocaleString('en')}%`
}
