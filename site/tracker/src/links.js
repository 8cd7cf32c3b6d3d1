// Clicks on links that leave the site or fetch a file: events as Plausible's tracker names them.

import { send, whenSeen } from './core.js'

const FILES = /\.(7z|avi|csv|dmg|docx?|epub|exe|gz|iso|key|m4[av]|midi?|mov|mp[34]|mpe?g|msi|od[pst]|pdf|pkg|pp[st]x?|rar|rtf|tar|tgz|txt|wav|wm[av]|xlsx?|zip)$/i

/** Tells of a click with the first or the middle button; the keyboard's is one with the first. */
function tell(event) {
  const link = event.composedPath().find((node) => node.protocol) // also within a web component
  if (event.button > 1 || !/^http/.test(link.protocol)) return
  if (link.hasAttribute('download') || FILES.test(link.pathname)) {
    // The query may hold a signature.
    send({ n: 'File Download', p: { url: link.origin + link.pathname } })
  } else if (link.host != location.host) {
    send({ n: 'Outbound Link: Click', p: { url: link.href.replace(/\/\/[^/]*@/, '//') } })
  }
}

export function watchLinks() {
  for (const type of ['click', 'auxclick']) {
    // While it goes down: a page that stops it on its way up does not hide it.
    document.addEventListener(type, (event) => whenSeen(() => tell(event)), true)
  }
}
