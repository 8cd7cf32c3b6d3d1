// Commands that an owner types where Milepost is installed.

import { API } from './api.js'

/** Spells a command of Milepost's: pages whose API is elsewhere are those of a stack on AWS. */
export const command = (rest) => `.venv/bin/milepost ${API ? '--stack NAME ' : ''}${rest}`

for (const place of document.querySelectorAll('[data-command]')) place.textContent = command(place.dataset.command)
