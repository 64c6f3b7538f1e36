import type { FoundListing } from '#shared/contracts/listing.ts'
import type { ListingPage } from '#shared/contracts/scrape.ts'
import type { Line, Reply } from '#shared/database/outbox.ts'
import { ProblemError } from '#shared/errors.ts'
import { cut } from '#shared/outbox/listing-line.ts'
import { listingLink } from '#shared/marketplaces/vinted/listing-link.ts'
import { money, texts } from '#shared/outbox/texts.ts'
import { askWorker } from '../../fleet/ask-worker.ts'
import type { Answer, Asked } from '../asked.ts'
import { bold, line, message, say, toast } from '../words/compose.ts'
import { explainProblem } from '../words/explain-problem.ts'

const LONGEST_MS = 75_000
const MOST_LINES = 60
const LINE_CHARS = 1_000
const DESCRIPTION_CHARS = 3_000
const TITLE_CHARS = 200
const PER_ALBUM = 10
const MOST_PHOTOS = 20

/** A stranger wrote it: words only, and no more of them than a message takes. */
function describe(description: string | null): Line[] {
  const lines: Line[] = []
  let left = DESCRIPTION_CHARS
  for (const each of (description ?? '').split('\n').slice(0, MOST_LINES)) {
    const text = cut(each, Math.min(left, LINE_CHARS))
    lines.push(line(text))
    left -= text.length
    if (left <= 0) break
  }
  return lines.some((each) => each.some(({ text }) => text !== '')) ? lines : []
}

function sellerLines({ seller }: ListingPage, { t, person }: Asked): string[] {
  const stars =
    seller.rating === null
      ? null
      : new Intl.NumberFormat(person.language, { maximumFractionDigits: 1 }).format(seller.rating)
  return [
    stars === null ? t.noRating : t.rating(stars, seller.reviews),
    ...(seller.country === null ? [] : [t.country(cut(seller.country, 40))]),
  ]
}

const isSitePicture = (url: string): boolean => {
  const parsed = URL.parse(url)
  return parsed?.protocol === 'https:' && /^images\d*\.vinted\.net$/.test(parsed.hostname)
}

/** Their words lead to the listing: where Telegram does not take the pictures, those are all that arrives. */
function albums({ photos, title }: ListingPage, link: string | null, t: Asked['t']): Reply[] {
  const listing = { text: cut(title, TITLE_CHARS), ...(link !== null && { href: link }) }
  const shown = photos.filter(isSitePicture).slice(0, MOST_PHOTOS)
  return Array.from({ length: Math.ceil(shown.length / PER_ALBUM) }, (_, place) => {
    const album = shown.slice(place * PER_ALBUM, (place + 1) * PER_ALBUM)
    return { ...message([line(`${t.photos(album.length)} · `, listing)]), photos: album }
  })
}

function pageReplies(asked: Asked, page: ListingPage, listing: FoundListing): Reply[] {
  const { t, person } = asked
  const link = listingLink(listing)
  const price = page.price === null ? [] : [money(page.price, page.currency ?? listing.currency, person.language)]
  const description = describe(page.description)
  const lines = [
    line(bold(cut(page.title, TITLE_CHARS))),
    ...price,
    ...(page.isForSale === false ? [t.notForSale] : []),
    ...sellerLines(page, asked),
    '',
    ...(description.length > 0 ? description : [t.noDescription]),
  ]
  const open = texts[person.language].open
  return [message(lines, link === null ? [] : [[{ label: open, url: link }]]), ...albums(page, link, t)]
}

/** What the listing's own page says beyond the catalogue: description, seller, every photo. */
export async function showMore(asked: Asked, listing: FoundListing): Promise<Answer> {
  const { context, person, now, t, signal } = asked
  const link = listingLink(listing)
  if (link === null) return toast(t.forgotten)
  try {
    const until = AbortSignal.any([signal, AbortSignal.timeout(LONGEST_MS)])
    const { data } = await askWorker(context, { type: 'scrape', payload: { url: link } }, until)
    if (!('kind' in data) || data.kind !== 'listing') throw new Error('a listing was answered with something else')
    return { replies: pageReplies(asked, data, listing) }
  } catch (error) {
    if (signal.aborted) throw error
    if (error instanceof ProblemError && error.code === 'LISTING_GONE') return { ...say(t.gone), toast: t.gone }
    const why = explainProblem(error, t, now, person)
    if (why === null) throw error
    return say(t.moreFailed(why))
  }
}
