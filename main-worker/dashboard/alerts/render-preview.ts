import { html } from 'hono/html'
import type { FoundListing } from '#shared/contracts/listing.ts'
import type { Preview, Trouble } from '../../alerts/try-preview.ts'
import { showPhoto, showPrices, showTitle } from '../parts/show-listing.ts'
import { showTime } from '../parts/show-time.ts'
import type { Viewer } from '../parts/show-time.ts'
import { alertFormTexts } from './form-texts.ts'
import { showDropped } from '../parts/show-dropped.ts'

/** Why there is no preview, and that saving needs none. */
function showTrouble(trouble: Trouble, viewer: Viewer) {
  const t = alertFormTexts[viewer.language]
  const what = t.trouble[trouble.kind]
  const more =
    trouble.kind === 'paused'
      ? html`${trouble.until === null ? '' : html` ${t.troubleUntil} ${showTime(trouble.until, viewer)}`}
        (<bdi>${trouble.reason}</bdi>).`
      : trouble.kind === 'other'
        ? html` <bdi>${trouble.detail}</bdi>`
        : ''
  const workers = trouble.kind === 'nobody' ? trouble.workers : []
  return html`<div class="note care" role="status">
    <p>${what}${more} ${t.saveAnyway}</p>
    ${
      workers.length === 0
        ? ''
        : html`<ul class="small">
            ${workers.map(
              ({ id, reason, until }) =>
                html`<li>
                  ${id}: ${reason}${until === null ? '' : html`, ${t.troubleUntil} ${showTime(until, viewer)}`}
                </li>`,
            )}
          </ul>`
    }
  </div>`
}

const showItem = (item: FoundListing, viewer: Viewer) =>
  html`<li class="card find">
    ${showPhoto(item, viewer)}
    <div>
      <h3 class="clamp">${showTitle(item)}</h3>
      <p>${showPrices(item, viewer)}</p>
      <p class="small quiet">${[item.brand, item.size, item.condition].filter((part) => part !== null).join(' · ')}</p>
    </div>
  </li>`

/** What an alert would see now: how many pass, what each filter drops, the newest. */
export function renderPreview(preview: Preview | { trouble: Trouble }, viewer: Viewer) {
  const t = alertFormTexts[viewer.language]
  if ('trouble' in preview) return showTrouble(preview.trouble, viewer)
  const { market, items, matches, itemsChecked, dropped } = preview
  const foundAt = new Date(viewer.now).toISOString()
  const isDropping = Object.keys(dropped).length > 0
  return html`<div role="status">
      <p>
        <strong>${t.previewFound(matches, itemsChecked)}</strong>
        ${isDropping ? html`${t.previewDropped} ${showDropped(dropped, viewer.language)}.` : ''}
      </p>
      ${items.length === 0 ? html`<p>${t.previewNothing}</p>` : html`<p class="small">${t.previewNewest(items.length)}</p>`}
    </div>
    <ul class="cards">
      ${items.map((item) => showItem({ ...item, market, foundAt }, viewer))}
    </ul>`
}
