// What every build has: pageviews, custom events, the owner's switch. Nothing in here may break the page.

import { enter, leave, watchEngagement } from './engagement.js'
import { watchLinks } from './links.js'

let options
let counted // the page counted last
let referrer

/** What counts as a page: the path, and the fragment where that is the route. */
const page = () => location.pathname + (options.hash ? location.hash : '')

/** Whether whoever uses this browser does not want to be counted, here or by a tracker that was here before. */
function isIgnored() {
  try {
    const kept = localStorage
    return kept.milepost_ignore || kept.plausible_ignore == 'true' || kept['umami.disabled'] || kept.skipgc == 't'
  } catch {} // no storage, no switch
}

/**
 * Sends an event, unless this browser is not to be counted. It goes as text/plain: no preflight.
 * @param {object} event its fields, by the short names of Plausible's Events API
 * @param {string} [url] the address of the page, if it is not the one being shown
 * @param {function} [told] called with the answer, with { error }, or with nothing if nothing was sent
 */
export function send(event, url, told) {
  if (isIgnored()) return told && told()
  event.u = (url || location.href).slice(0, 2000) // longer is refused; an address is ASCII
  event.d = options.domain || location.hostname
  event.w = innerWidth
  if (options.hash) event.h = 1
  const body = JSON.stringify(event)
  if (window.fetch && 'keepalive' in Request.prototype) {
    fetch(options.api, { method: 'POST', body, keepalive: true, credentials: 'omit' })
      .catch((error) => ({ error }))
      .then(told)
  } else {
    navigator.sendBeacon(options.api, body)
    told && told()
  }
}

/** Does something once the page is seen, which a prerendered one is not yet. What it throws is swallowed. */
export function whenSeen(action) {
  if (document.prerendering) document.addEventListener('prerenderingchange', () => whenSeen(action), { once: true })
  else try { action() } catch {}
}

/** The switch: the owner opens a page with #milepost-ignore, or with #milepost-count to undo that. */
function obeySwitch() {
  const [, act] = /^#milepost-(ignore|count)$/.exec(location.hash) || []
  if (!act) return
  if (act == 'ignore') localStorage.milepost_ignore = true
  else localStorage.removeItem('milepost_ignore')
  alert(`Milepost ${isIgnored() ? 'ignores' : 'counts'} this browser`)
  // Whoever is sent the address that stands there next must not throw the switch by it.
  history.replaceState(history.state, '', location.pathname + location.search)
}

function view() {
  whenSeen(obeySwitch)
  if (page() === counted) return
  if (FULL) leave()
  counted = page()
  send({ n: 'pageview', r: referrer || null })
  referrer = null // the page before, in the same document, referred nobody
  if (FULL && options.engagement) enter()
}

/**
 * Counts this page and those that follow in the same document, and makes `window.milepost`. Called twice it counts
 * once; a file on a disk is not a visit.
 * @param {object} given
 * @param {string|URL} given.api where events go
 * @param {string} [given.domain] the site; by default the page's host
 * @param {boolean} [given.hash] whether the fragment is the route
 * @param {boolean} [given.links] whether to tell of clicks that leave the site or fetch a file
 * @param {boolean} [given.engagement] whether to tell how far and how long pages are read
 * @param {boolean} [given.missing] whether this document stands for a page that there is not
 */
export function start(given) {
  const there = window.milepost
  // A function with a `q` only keeps calls until this one comes.
  if ((typeof there == 'function' && !there.q) || !/^http/.test(location.protocol)) return
  options = given
  referrer = document.referrer
  const track = (n, more) =>
    whenSeen(() => {
      const { props, revenue, interactive, url, callback } = more || {}
      send({ n, p: props, $: revenue, i: interactive }, url, callback)
    })
  window.milepost = track
  if (FULL && options.engagement) whenSeen(watchEngagement)
  if (FULL && options.links) whenSeen(watchLinks)
  whenSeen(view)
  if (FULL && options.missing) track('404', { props: { path: location.pathname }, interactive: false })
  whenSeen(() => there?.q.forEach((call) => track(...call)))

  addEventListener('popstate', () => whenSeen(view)) // a change of fragment is one, too
  addEventListener('pageshow', ({ persisted }) => {
    if (!persisted) return
    counted = null // back from the back/forward cache: seen again
    whenSeen(view)
  })
  const push = history.pushState
  history.pushState = function (...state) {
    counted &&= page() // what is shown has been counted, also if replaceState has renamed it since
    push.apply(this, state)
    whenSeen(view)
  }
}
