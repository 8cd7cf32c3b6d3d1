// The sample page's own navigation, not part of the tracker: links marked data-swap exchange <main> without
// loading a new document, as a single-page app does. Without this script they are ordinary links.
(() => {
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
})()
