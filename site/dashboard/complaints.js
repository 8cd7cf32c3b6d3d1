// What is said when the API refuses or does not answer.

import { Refusal, key, keyWasShared } from './api.js'
import { command } from './commands.js'

/** Says what is wrong; `site` is empty where the list of sites was asked for. */
export function explain(error, site) {
  if (!(error instanceof Refusal)) return 'No answer from the server. Is it running? Trying again every few seconds.'
  const texts = {
    401: unauthorised(site),
    403: site ? `This key may not read the counts of ${site}.` : 'This key may not read counts.',
    404: `There is no site ${site} here. “${command(`site add ${site}`)}” makes one.`,
  }
  return texts[error.status] ?? `The server answered ${error.status}: ${error.message}`
}

function unauthorised(site) {
  if (keyWasShared()) return 'The key in this link is not valid any more. Ask for another link.'
  if (key()) return 'This key is not valid.'
  return site ? `${site} is not a public site here. Its counts need a key.` : 'A key shows which sites are here.'
}
