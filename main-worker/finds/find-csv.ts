import type { FindFilter, FindPlace, FindRow } from '#shared/database/finds.ts'
import type { Context } from '../context.ts'

const PAGE_SIZE = 1_000

/** Without it Excel takes UTF-8 for the alphabet of the machine. */
const BYTE_ORDER_MARK = '\ufeff'

/** A spreadsheet calculates what begins like this (in full width too), also behind blanks. */
const FORMULA = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/

/** A text by strangers as one field: never a formula, quoted (RFC 4180) where it must be. */
export function csvText(text: string | null): string {
  if (text === null) return ''
  const harmless = FORMULA.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}

const columns: Record<string, (find: FindRow) => string> = {
  foundAt: ({ foundAt }) => foundAt,
  alert: ({ alertName }) => csvText(alertName),
  market: ({ listing }) => csvText(listing.market),
  itemId: ({ itemId }) => String(itemId),
  title: ({ listing }) => csvText(listing.title),
  price: ({ listing }) => String(listing.price),
  totalPrice: ({ listing }) => (listing.totalPrice === null ? '' : String(listing.totalPrice)),
  currency: ({ listing }) => csvText(listing.currency),
  brand: ({ listing }) => csvText(listing.brand),
  size: ({ listing }) => csvText(listing.size),
  condition: ({ listing }) => csvText(listing.condition),
  mark: ({ mark }) => mark ?? '',
  sale: ({ sale }) => sale?.state ?? '',
  saleAskedAt: ({ sale }) => sale?.askedAt ?? '',
  url: ({ listing }) => csvText(listing.url),
}

const line = (fields: readonly string[]): string => `${fields.join(',')}\r\n`

/** A find as one line of the file. */
export const csvLine = (find: FindRow): string => line(Object.values(columns).map((field) => field(find)))

/** The whole history of a filter as a file, a thousand finds at a time. */
export async function* findCsv(
  { database }: Pick<Context, 'database'>,
  filter: FindFilter,
  scope: string | null,
): AsyncGenerator<string, void, undefined> {
  let before: FindPlace | null = null
  let head = BYTE_ORDER_MARK + line(Object.keys(columns))
  for (;;) {
    const finds: FindRow[] = await database.call('list_finds', { filter, most: PAGE_SIZE, before, person_id: scope })
    yield head + finds.map(csvLine).join('')
    const last = finds.at(-1)
    if (!last || finds.length < PAGE_SIZE) return
    before = { foundAt: last.foundAt, itemId: last.itemId, alertId: last.alertId }
    head = ''
  }
}
