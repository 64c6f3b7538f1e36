import { z } from 'zod'
import type { ListingPage } from '#shared/contracts/scrape.ts'

const Text = z.string().trim().min(1)
const Amount = z.union([z.number(), z.string()]).nullish()

/** The page's `application/ld+json` block (recorded 2026-09-19). */
const Product = z.object({
  '@type': z.literal('Product'),
  name: Text,
  description: z.string().nullish(),
  image: z.union([z.string(), z.array(z.string())]).nullish(),
  brand: z.object({ name: z.string().nullish() }).nullish(),
  category: z.string().nullish(),
  color: z.string().nullish(),
  offers: z
    .object({
      price: Amount,
      priceCurrency: z.string().nullish(),
      availability: z.string().nullish(),
      itemCondition: z.string().nullish(),
      // Not in the recorded page; schema.org's own words for it, read where they are shown.
      seller: z
        .object({
          address: z.object({ addressCountry: z.string().nullish() }).nullish(),
          aggregateRating: z.object({ ratingValue: Amount, reviewCount: Amount }).nullish(),
        })
        .nullish(),
    })
    .nullish(),
})

const SCRIPT = /<script[^>]*type="application\/ld\+json"[^>]*>([\s\S]*?)<\/script>/gi

function findProduct(html: string): z.infer<typeof Product> | null {
  for (const [, json = ''] of html.matchAll(SCRIPT)) {
    try {
      const product = Product.safeParse(JSON.parse(json))
      if (product.success) return product.data
    } catch {
      // Another block of the page that is no JSON: the next one may be.
    }
  }
  return null
}

const decode = (text: string): string =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')

/** Photos of the site's image hosts, in page order, the main one first. */
function photosOf(html: string, main: readonly string[]): string[] {
  const shown = [
    ...html.matchAll(/(?:src|content|href)="(https:\/\/images\d*\.vinted\.net\/[^"]+\/f800\/[^"]+)"/g),
  ].map(([, url = '']) => decode(url))
  return [...new Set([...main, ...shown])]
}

const numberOf = (value: number | string | null | undefined): number | null => {
  const number = typeof value === 'string' ? Number(value) : value
  return number === null || number === undefined || !Number.isFinite(number) ? null : number
}

/** Null when the page is no listing we can read. */
export function parseListingPage(html: string, itemId: number): ListingPage | null {
  const product = findProduct(html)
  if (!product) return null
  const { image, offers } = product
  const availability = offers?.availability ?? null
  return {
    kind: 'listing',
    itemId,
    title: product.name,
    description: product.description ?? null,
    price: numberOf(offers?.price),
    currency: offers?.priceCurrency ?? null,
    brand: product.brand?.name ?? null,
    category: product.category ?? null,
    color: product.color ?? null,
    condition: offers?.itemCondition ?? null,
    photos: photosOf(html, typeof image === 'string' ? [image] : (image ?? [])),
    isForSale: availability === null ? null : availability.endsWith('InStock'),
    seller: {
      country: offers?.seller?.address?.addressCountry ?? null,
      rating: numberOf(offers?.seller?.aggregateRating?.ratingValue),
      reviews: numberOf(offers?.seller?.aggregateRating?.reviewCount),
    },
  }
}
