// Milepost's tracker: no cookie, no storage. In a page of any origin:
// <script defer data-domain="example.org" src="https://stats.example.org/js/script.js"></script>
(() => {
  const { dataset, src } = document.currentScript || {}
  let counted // the path counted last
  let referrer = document.referrer

  function send(event) {
    const url = dataset.api || new URL('/api/event', src)
    // Longer is refused; href is ASCII
    event.u = location.href.slice(0, 2000)
    event.d = dataset.domain || location.hostname
    event.w = innerWidth
    const body = JSON.stringify(event) // goes as text/plain: no preflight
    if (window.fetch && 'keepalive' in Request.prototype) {
      fetch(url, { method: 'POST', body, keepalive: true, credentials: 'omit' }).catch(() => {})
    } else navigator.sendBeacon(url, body)
  }

  // A prerendered page counts once it is seen. Nothing here may break the page.
  function whenSeen(action) {
    if (document.prerendering) {
      document.addEventListener('prerenderingchange', () => whenSeen(action), { once: true })
    } else try { action() } catch {}
  }

  function view() {
    if (location.pathname === counted) return
    counted = location.pathname
    send({ n: 'pageview', r: referrer || null })
    referrer = null // the page before, in the same document, referred nobody
  }

  // Pasted twice it counts once; a file on a disk is not a visit.
  if (!dataset || typeof milepost === 'function' || !/^http/.test(location.protocol)) return
  window.milepost = (n, options) => whenSeen(() => send({ n, p: options?.props }))

  const push = history.pushState
  history.pushState = function (...state) {
    push.apply(this, state)
    whenSeen(view)
  }
  addEventListener('popstate', () => whenSeen(view))
  addEventListener('pageshow', ({ persisted }) => {
    if (!persisted) return
    counted = null // back from the back/forward cache: seen again
    whenSeen(view)
  })
  whenSeen(view)
})()
