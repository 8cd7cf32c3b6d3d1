// The details of a panel: all of its rows, with more numbers, in a dialog with a search.

import { askRows, moreMetrics } from './columns.js'
import { label, shownValue } from './dimensions.js'
import { download, tableCsv } from './csv.js'
import { element } from './dom.js'
import { fillTable } from './rows.js'

const PORTION = 1000

let shown // what is in the dialog: the rows that were read so far, and what they are
let filterBy

/** Opens the dialog with a dimension's rows; `filter` is called when one is pressed. */
export async function openDetails(state, questions, dimension, filter) {
  const metrics = moreMetrics(dimension, state)
  shown = { state, questions, dimension, metrics, filters: state.filters, rows: [], next: 0, all: 0 }
  filterBy = (...chosen) => {
    element('details').close()
    filter(...chosen)
  }
  element('details-title').textContent = `By ${label(dimension).toLowerCase()}`
  element('details-search').value = ''
  element('details-note').textContent = 'Reading …'
  element('details-table').tBodies[0].replaceChildren()
  element('details-more').hidden = true
  element('details').showModal()
  await readOn()
}

async function readOn() {
  const reading = shown
  const { questions, dimension, metrics, next } = reading
  try {
    const answer = await askRows(questions, dimension, metrics, null, PORTION, next)
    if (reading !== shown) return
    Object.assign(shown, { rows: [...shown.rows, ...answer.rows], next: answer.next, all: answer.all })
    draw()
  } catch (error) {
    if (reading === shown && error.name !== 'AbortError') element('details-note').textContent = error.message
  }
}

/** Those of the rows read so far that have the text that is searched for, without columns that say nothing. */
function found() {
  const text = element('details-search').value.trim().toLowerCase()
  const told = shown.metrics.map((_, at) => shown.rows.some(({ metrics }) => metrics[at] !== null))
  const kept = (values) => values.filter((_, at) => told[at])
  const rows = shown.rows
    .filter(({ value }) => shownValue(value).toLowerCase().includes(text))
    .map(({ value, metrics }) => ({ value, metrics: kept(metrics) }))
  return { ...shown, metrics: kept(shown.metrics), rows }
}

function draw() {
  const content = found()
  const [some, read, all] = [content.rows.length, shown.rows.length, shown.all].map((n) => n.toLocaleString('en'))
  const rows = read === all ? `${all} rows` : `the first ${read} of ${all} rows`
  element('details-note').textContent = some === read ? rows : `${some} of ${rows}`
  element('details-more').hidden = shown.rows.length >= shown.all
  fillTable(element('details-table'), content, filterBy)
}

element('details-search').addEventListener('input', draw)
element('details-more').addEventListener('click', readOn)
element('details-csv').addEventListener('click', () => {
  const { site } = shown.state
  download(`${site} ${label(shown.dimension).toLowerCase()}.csv`, tableCsv(found()))
})
