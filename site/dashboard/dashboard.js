// The counts page: totals, days and pages of one site, read from /v1/sites/{site}/counts and kept fresh while visible.
// What it shows is in the fragment, #site=example.org&days=30&bots=exclude, so that it can be bookmarked.
// Whatever came from a visitor enters the page as text only (textContent), never as markup.

const REFRESH_MS = 2000
const RETRY_MS = 10000
const MOST_ROWS = 1000 // the API's most in one answer
const KEY = 'milepost.key' // in sessionStorage: the owner's own key, gone with the tab

const API = document.querySelector('meta[name=milepost-api]').content // empty: where this page is from

const element = (id) => document.getElementById(id)
const number = new Intl.NumberFormat('en')
const longDay = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC',
})

let timezone = 'UTC' // of the site shown, as its last answer said
let drawn = {} // what is on the page: of which choice, from which answer
let running = new AbortController() // the refresh under way
let timer

class Refusal extends Error {
  constructor(status, reason) {
    super(reason)
    this.status = status
  }
}

function choice() {
  const given = new URLSearchParams(location.hash.slice(1))
  const allowed = (name, otherwise) =>
    [...element(name).options].some((option) => option.value === given.get(name)) ? given.get(name) : otherwise
  return { site: given.get('site') || 'localhost', days: allowed('days', '30'), bots: allowed('bots', 'exclude') }
}

/** The last `days` calendar dates in `zone`, today included, as the API wants them. */
function range(days, zone) {
  const to = new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format() // sv-SE writes YYYY-MM-DD
  const from = new Date(`${to}T00:00:00Z`)
  from.setUTCDate(from.getUTCDate() - (days - 1))
  return { from: from.toISOString().slice(0, 10), to }
}

/** One answer to one question. Throws a Refusal for any status but 2xx, and what fetch throws if there was none. */
async function ask(site, query, signal) {
  const key = sessionStorage.getItem(KEY)
  const response = await fetch(`${API}/v1/sites/${encodeURIComponent(site)}/counts?${new URLSearchParams(query)}`, {
    headers: key ? { authorization: `Bearer ${key}` } : {},
    credentials: 'omit',
    cache: 'no-store',
    signal,
  })
  if (response.ok) return response.json()
  const { error } = await response.json().catch(() => ({}))
  throw new Refusal(response.status, error)
}

function row(label, { pageviews, visitors }, most) {
  const line = document.createElement('tr')
  const head = document.createElement('th')
  head.scope = 'row'
  head.append(label)
  line.append(head)
  for (const count of [pageviews, visitors]) line.insertCell().textContent = number.format(count)
  line.cells[1].style.setProperty('--share', most ? pageviews / most : 0)
  return line
}

function fill(table, rows, label) {
  const most = Math.max(0, ...rows.map((each) => each.pageviews))
  element(table).tBodies[0].replaceChildren(...rows.map((each) => row(label(each), each, most)))
  element(table).hidden = rows.length === 0
}

function dayLabel({ day }) {
  const time = document.createElement('time')
  time.dateTime = day
  time.textContent = longDay.format(new Date(`${day}T00:00:00Z`))
  return time
}

function emptyText({ site, days, bots }) {
  if (bots === 'only') return `No bot has opened a page of ${site} in the last ${days} days.`
  const nothing = `No pageviews of ${site} in the last ${days} days.`
  return site === 'localhost'
    ? `${nothing} Open the sample page in another window: the visit appears here by itself.`
    : `${nothing} Paste the snippet that “milepost site add” prints into a page, then open that page.`
}

function draw(chosen, days, pages) {
  element('pageviews').textContent = number.format(days.totals.pageviews)
  element('visitors').textContent = number.format(days.totals.visitors)
  element('timezone').textContent = days.timezone
  element('empty').textContent = emptyText(chosen)
  element('empty').hidden = days.totals.pageviews > 0
  element('cut').hidden = !pages.next
  fill('by-day', [...days.rows].reverse(), dayLabel)
  fill('by-page', pages.rows, ({ page }) => page)
  element('results').hidden = false
}

/** Asks for the days, and for the pages only if the days have changed: an idle page costs one small request. */
async function update(chosen, signal) {
  const { site, days, bots } = chosen
  const query = { ...range(days, timezone), bots, limit: MOST_ROWS }
  const byDay = await ask(site, { ...query, by: 'day' }, signal)
  if (byDay.timezone !== timezone) {
    timezone = byDay.timezone
    return update(chosen, signal)
  }
  const [subject, answer] = [JSON.stringify(chosen), JSON.stringify(byDay)]
  if (drawn.subject === subject && drawn.answer === answer) return
  draw(chosen, byDay, await ask(site, { ...query, by: 'page' }, signal))
  drawn = { subject, answer }
}

function explain(error, { site }) {
  const known = {
    401: sessionStorage.getItem(KEY)
      ? 'This key is not valid.'
      : `${site} is not a public site here. Its counts need a key.`,
    403: `This key may not read the counts of ${site}.`,
    404: `There is no site ${site} here. “milepost site add ${site}” makes one.`,
  }
  if (!(error instanceof Refusal)) return 'No answer from the server. Is it running? Trying again every few seconds.'
  return known[error.status] ?? `The server answered ${error.status}: ${error.message || 'no reason given'}`
}

/** Screen readers announce the message whenever it is set, so only a new one is set. */
function say(text) {
  if (element('message').textContent !== text) element('message').textContent = text
}

/** Says what is wrong, and hides numbers that are no answer to the present question. */
function complain(error, chosen) {
  say(explain(error, chosen))
  element('unlock').hidden = ![401, 403].includes(error.status)
  if (error.status || drawn.subject !== JSON.stringify(chosen)) {
    element('results').hidden = true
    drawn = {}
  }
}

async function refresh() {
  clearTimeout(timer)
  running.abort()
  const { signal } = (running = new AbortController())
  const chosen = choice()
  let wait = REFRESH_MS
  try {
    await update(chosen, signal)
    say('')
    element('unlock').hidden = true
  } catch (error) {
    if (signal.aborted) return
    complain(error, chosen)
    wait = element('unlock').hidden ? RETRY_MS : null // without another key it would only be refused again
  }
  element('forget').hidden = !sessionStorage.getItem(KEY)
  if (wait && !document.hidden) timer = setTimeout(refresh, wait)
}

/** Takes over what the fragment says. */
function start() {
  const chosen = choice()
  for (const [name, value] of Object.entries(chosen)) element(name).value = value
  element('title').textContent = chosen.site
  document.title = `${chosen.site}: counts, Milepost`
  refresh()
}

function choose(event) {
  event.preventDefault()
  const [site, days, bots] = ['site', 'days', 'bots'].map((name) => element(name).value.trim())
  location.hash = new URLSearchParams({ site, days, bots })
}

function unlock(event) {
  event.preventDefault()
  sessionStorage.setItem(KEY, element('key').value.trim())
  element('unlock').reset()
  refresh()
}

function forget() {
  sessionStorage.removeItem(KEY)
  refresh()
}

element('choice').addEventListener('submit', choose)
element('days').addEventListener('change', choose)
element('bots').addEventListener('change', choose)
element('unlock').addEventListener('submit', unlock)
element('forget').addEventListener('click', forget)
addEventListener('hashchange', start)
document.addEventListener('visibilitychange', () => (document.hidden ? clearTimeout(timer) : refresh()))
start()
