// Sharing one site read-only: a plain link to a public site, else one with a read key in its fragment.

import { key, keyWasShared } from './api.js'
import { command } from './commands.js'
import { copy, element } from './dom.js'

/** Opens the dialog. Only a key that itself came with a link is ever put into one. */
export function openShare({ site, public: isPublic }, fragment) {
  const withKey = !isPublic && keyWasShared()
  const address = `${location.origin}${location.pathname}#${fragment}`
  element('share-link-part').hidden = !isPublic && !withKey
  element('share-key-part').hidden = isPublic || withKey
  element('share-link').value = withKey ? `${address}&${new URLSearchParams({ key: key() })}` : address
  element('share-says').textContent = isPublic
    ? `${site} is public: whoever has this link sees what you see.`
    : `Whoever has this link can read ${site}, as you do, until its owner revokes the key in it.`
  element('share-command').textContent = command(`share ${site}`)
  element('sharing').showModal()
}

element('copy-link').addEventListener('click', (event) => copy(element('share-link').value, event.target))
element('copy-command').addEventListener('click', (event) => copy(element('share-command').textContent, event.target))
element('share-link').addEventListener('focus', (event) => event.target.select())
