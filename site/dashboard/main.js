// The dashboard. What it shows is in the fragment, #site=example.org&period=7d, so that it can be bookmarked, and is
// kept fresh while it is visible. Whatever came from a visitor enters the page as text only, never as markup.

import { forgetKey, keepKey, key } from './api.js'
import { explain } from './complaints.js'
import { drawControls, onChoice } from './controls.js'
import { element, setText } from './dom.js'
import { markMetric, onMetric } from './headline.js'
import { Keeper } from './keeper.js'
import { makePanels } from './panels.js'
import { read, toggled, write } from './state.js'

const SAMPLE = 'localhost' // the site that a new installation has

let state
const keeper = new Keeper(SAMPLE, makePanels({ filter, view, details, csv: saveTable }))

/** Goes on to another view, which the back button leaves again. */
function go(change) {
  location.hash = write({ ...state, ...change })
}

/** Changes how the same numbers are shown, which is no step for the back button. */
function turn(change) {
  Object.assign(state, change)
  history.replaceState(null, '', `#${write(state)}`)
}

/** Takes the key out of a shared link, and out of the address. */
function takeKey() {
  const given = new URLSearchParams(location.hash.slice(1))
  if (!given.has('key')) return
  keepKey(given.get('key').trim(), true)
  given.delete('key')
  history.replaceState(null, '', `#${given}`)
}

/** Takes over what the fragment says. */
function start() {
  takeKey()
  state = read(location.hash.slice(1))
  if (!state.site && !location.hash && !key()) state.site = SAMPLE
  setText('title', state.site || 'Sites')
  document.title = `${state.site || 'Sites'}, Milepost`
  drawControls(state, { filter, clear: () => go({ filters: [] }) })
  element('to-sites').ariaCurrent = state.site ? 'false' : 'page'
  keeper.open(state)
}

function filter(name, value) {
  go({ filters: toggled(state.filters, name, value) })
}

/** Shows another dimension in a panel, and asks for nothing else. */
function view(panel, dimension) {
  turn({ views: { ...state.views, [panel.name]: dimension } })
  panel.section.ariaBusy = 'true'
  panel
    .show(state, keeper.questions(), keeper.visitors)
    .catch((error) => setText('message', explain(error, state.site)))
}

function chooseMetric(metric) {
  turn({ metric })
  markMetric(metric)
  import('./chart.js').then(({ redrawChart }) => redrawChart(metric))
}

async function details(dimension) {
  const { openDetails } = await import('./details.js')
  await openDetails(state, keeper.questions(), dimension, filter)
}

async function saveTable(content) {
  const { download, tableCsv } = await import('./csv.js')
  download(`${state.site} ${content.dimension}.csv`, tableCsv(content))
}

async function saveChart() {
  const [{ chartCsv }, { download }] = await Promise.all([import('./chart.js'), import('./csv.js')])
  download(`${state.site} ${state.metric}.csv`, chartCsv())
}

async function share() {
  const { openShare } = await import('./share.js')
  openShare(keeper.site, write(state))
}

function unlock(event) {
  event.preventDefault()
  keepKey(element('key').value.trim(), false)
  element('unlock').reset()
  start()
}

function forget() {
  forgetKey()
  start()
}

function openSite(event) {
  event.preventDefault()
  location.hash = new URLSearchParams({ site: element('site').value.trim() })
}

function skip(event) {
  event.preventDefault() // the fragment is what is shown
  element('main').focus()
}

onChoice(go)
onMetric(chooseMetric)
for (const [id, act] of Object.entries({ unlock, 'open-site': openSite })) element(id).addEventListener('submit', act)
for (const [id, act] of Object.entries({ forget, share, skip, 'chart-csv': saveChart })) {
  element(id).addEventListener('click', act)
}
element('show-bots').addEventListener('click', () => go({ bots: 'include' }))
for (const button of document.querySelectorAll('[data-close]')) {
  button.addEventListener('click', () => button.closest('dialog').close())
}
addEventListener('hashchange', start)
start()
