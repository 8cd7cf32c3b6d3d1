// The rows of a panel or of its details: values with a bar and numbers; a value is a button that filters by it.

import { make } from './dom.js'
import { label, shownValue } from './dimensions.js'
import { metricName, value as written } from './formats.js'

/**
 * Fills a table.
 *
 * @param table the table, whose head and body are replaced
 * @param content dimension, metrics, rows, and the filters that are set
 * @param filter is called with the dimension and the value of a row that is pressed
 */
export function fillTable(table, { dimension, metrics, rows, filters }, filter) {
  const focused = table.contains(document.activeElement) ? document.activeElement.dataset.value : undefined
  const most = Math.max(...rows.map((row) => row.metrics[0]), 1)
  const set = filters.find(([name]) => name === dimension)?.[1]
  const lines = rows.map((row) => line(dimension, metrics, row, most, row.value === set, filter))
  table.tHead.replaceChildren(head(dimension, metrics))
  table.tBodies[0].replaceChildren(...lines)
  if (focused !== undefined) buttonOf(table, focused)?.focus({ preventScroll: true })
}

const buttonOf = (table, value) =>
  [...table.querySelectorAll('tbody button')].find((button) => button.dataset.value === value)

function head(dimension, metrics) {
  const names = [label(dimension), ...metrics.map(metricName)]
  return make('tr', {}, ...names.map((name) => make('th', { scope: 'col', textContent: name })))
}

function line(dimension, metrics, row, most, set, filter) {
  const shown = shownValue(row.value)
  const button = make('button', { type: 'button', textContent: shown, title: shown })
  button.dataset.value = row.value
  button.setAttribute('aria-pressed', set)
  button.addEventListener('click', () => filter(dimension, row.value))
  const header = make('th', { scope: 'row' }, button)
  header.style.setProperty('--share', row.metrics[0] / most)
  const cells = metrics.map((metric, at) => make('td', { textContent: written(metric, row.metrics[at]) }))
  return make('tr', {}, header, ...cells)
}
