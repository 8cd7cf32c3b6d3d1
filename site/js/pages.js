// The sample page's own script, not part of the tracker. Without it the pages are ordinary ones that show no number.
(() => {
  // Navigation: links marked data-swap exchange <main> without loading a new document, as a single-page app does.
  let shown = location.pathname
  let wanted // the request that is still of interest

  async function show(url, { push } = {}) {
    const request = (wanted = {})
    const response = await fetch(url)
    if (!response.ok) throw new Error(`${url} answered ${response.status}`)
    const next = new DOMParser().parseFromString(await response.text(), 'text/html')
    if (request !== wanted) return
    if (push) history.pushState(null, '', url)
    shown = location.pathname
    document.title = next.title
    const main = document.adoptNode(next.querySelector('main'))
    document.querySelector('main').replaceWith(main)
    for (const link of document.querySelectorAll('header nav a')) {
      if (link.pathname === shown) link.setAttribute('aria-current', 'page')
      else link.removeAttribute('aria-current')
    }
    writeVisitors()
    main.focus({ preventScroll: true })
    if (push) scrollTo(0, 0)
  }

  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[data-swap]')
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    if (link.pathname === shown) return
    show(link.href, { push: true }).catch(() => location.assign(link.href))
  })

  addEventListener('popstate', () => {
    if (location.pathname !== shown) show(location.href).catch(() => location.reload())
  })

  // The visitors' number, from Milepost's counter of the site that the tracker counts for.
  const api = document.querySelector('meta[name=milepost-api]').content
  const { domain } = document.querySelector('script[data-domain]').dataset
  const badge = document.querySelector('img[data-badge]')
  let visitors // the counter's answer

  function writeVisitors() {
    const place = document.querySelector('[data-visitors]')
    if (!place || !visitors?.visitors) return
    const number = document.createElement('strong')
    number.textContent = visitors.visitors === 1 ? 'first' : visitors.count_unique
    if (visitors.visitors === 1) place.replaceChildren('You are the ', number, ' visitor')
    else place.replaceChildren('You are one of ', number, ' visitors so far')
  }

  // Answers may be kept for a minute, but this visit is to be in them.
  async function askVisitors() {
    const response = await fetch(`${api}/counter/${domain}/TOTAL.json`, { cache: 'reload' })
    if (!response.ok) throw new Error(`the counter answered ${response.status}`)
    const before = visitors
    visitors = await response.json()
    if (before?.visitors === visitors.visitors) return false
    writeVisitors()
    const { src } = badge
    await fetch(src, { cache: 'reload', mode: 'no-cors' })
    badge.src = `${src}#` // the same address, which the browser takes for another picture
    return Boolean(before)
  }

  // This visit is counted within a second, on AWS within some more. Without a counter there is no number.
  async function followVisitors() {
    for (const seconds of [0, 1, 3, 8]) {
      await new Promise((done) => setTimeout(done, 1000 * seconds))
      if (await askVisitors()) return
    }
  }

  badge.addEventListener('error', () => (badge.hidden = true))
  if (badge.complete && !badge.naturalWidth) badge.hidden = true
  followVisitors().catch(() => {})
})()
