import type { FindRow, SaleState } from '#shared/database/finds.ts'
import { ProblemError } from '#shared/errors.ts'
import { allowedUrl } from '#shared/marketplaces/vinted/allowed-url.ts'
import type { Context } from '../context.ts'
import { askWorker } from '../fleet/ask-worker.ts'
import { unknownFind } from './mark-find.ts'
import type { FindKey } from './mark-find.ts'

/** Each question is a request to the site: an answer this young is given again. */
const FRESH_MS = 60_000

/** The listing's own page. Throws ProblemError 422 where the row led elsewhere: strangers write those. */
function pageOf({ listing, itemId }: FindRow): string {
  const allowed = allowedUrl(listing.url)
  const isItsPage = allowed.kind === 'allowed' && /^\/items\/(\d+)\b/.exec(allowed.url.pathname)?.[1] === String(itemId)
  if (!isItsPage) throw new ProblemError(422, 'NO_LISTING_PAGE', 'this listing came without a page of its own')
  return allowed.url.href
}

async function askSite(context: Context, url: string, signal: AbortSignal): Promise<SaleState> {
  try {
    const { data } = await askWorker(context, { type: 'scrape', payload: { url } }, signal)
    if (!('kind' in data) || data.kind !== 'listing' || data.isForSale === null) return 'unknown'
    return data.isForSale ? 'for-sale' : 'not-for-sale'
  } catch (error) {
    if (error instanceof ProblemError && error.code === 'LISTING_GONE') return 'gone'
    throw error
  }
}

/**
 * Whether a find is still for sale: asked of the site now, and kept with its time. Throws ProblemError: 404 for no such find,
 * 422 NO_LISTING_PAGE, 503 FLEET_PAUSED, and what `askWorker` throws.
 */
export async function askSale(
  context: Context,
  key: FindKey,
  scope: string | null,
  signal: AbortSignal,
): Promise<FindRow> {
  const { database, clock } = context
  const args = { alert_id: key.alertId, item_id: key.itemId }
  const find = await database.call('get_find', { ...args, person_id: scope })
  if (!find) throw unknownFind(key)
  if (find.sale && clock.now() - Date.parse(find.sale.askedAt) < FRESH_MS) return find
  const url = pageOf(find)
  // Each worker would find out for itself, one after the other.
  const { pause } = await database.call('read_fleet', {}, signal)
  if (pause) {
    const until = pause.until === null ? 'it is resumed' : pause.until
    throw new ProblemError(503, 'FLEET_PAUSED', `the fleet is paused until ${until} (${pause.reason})`)
  }
  const state = await askSite(context, url, signal)
  const saved = await database.call('save_sale', { ...args, state })
  if (!saved) throw unknownFind(key)
  return saved
}
