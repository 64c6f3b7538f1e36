import type { Random } from '../random.ts'
import { brands, catalogues, colors, materialIds, sizeTables } from './assortment.ts'
import type { Brand, Catalogue, Language } from './assortment.ts'
import type { ListingDraft } from './listing.ts'

const conditionFactors: Readonly<Record<number, number>> = { 6: 1.6, 1: 1.35, 2: 1, 3: 0.8, 4: 0.55 }
/** Most of what is sold second-hand is in very good or good condition. */
const conditionOdds = [6, 1, 1, 2, 2, 2, 2, 3, 3, 3, 4] as const
const sizeWord: Readonly<Record<Language, string>> = { fr: 'taille', en: 'size', nl: 'maat' }
const colorIds = Object.keys(colors).map(Number)

/** Leans to the front of the list: some brands are sold all the time, others rarely. */
function pickBrand(random: Random): Brand {
  const last = brands.length - 1
  const brand = brands[Math.min(random.int(0, last), random.int(0, last))]
  if (!brand) throw new Error('no brand to pick')
  return brand
}

function pickLeaf(random: Random, brand: Brand): Catalogue & { leaf: NonNullable<Catalogue['leaf']> } {
  const fitting = catalogues.flatMap((one) =>
    one.leaf && brand.models[one.leaf.kind] ? [{ ...one, leaf: one.leaf }] : [],
  )
  return random.pick(fitting)
}

/** People ask 12, 14.50 or 19.99, not 17.83. */
function roundPrice(euros: number, random: Random): number {
  const whole = Math.max(2, Math.round(euros))
  return whole * 100 + random.pick([0, 0, 0, 50, -1])
}

function titleOf(listing: { noun: string; brand: string; model: string; color: string }, language: Language): string {
  const { noun, brand, model, color } = listing
  const words = language === 'fr' ? [noun, brand, model, color] : [brand, model, noun, color]
  return words.filter((word) => word !== '').join(' ')
}

export function inventListing(random: Random, language: Language): ListingDraft {
  const brand = pickBrand(random)
  const { id: catalogId, leaf } = pickLeaf(random, brand)
  const [size, sizeId] = leaf.sizes === null ? [null, null] : random.pick(Object.entries(sizeTables[leaf.sizes]))
  const statusId = random.pick(conditionOdds)
  const colorId = random.pick(colorIds)
  const model = random.chance(0.8) ? random.pick(brand.models[leaf.kind] ?? ['']) : ''
  const color = colors[colorId]?.[language] ?? ''
  const title = titleOf({ noun: leaf.noun[language], brand: brand.name, model, color }, language)
  const euros = leaf.euros * brand.tier * (conditionFactors[statusId] ?? 1) * (0.6 + random.next())
  const sellerId = random.int(1_000_000, 260_000_000)
  return {
    // Some say the size in the title, most do not.
    title: size !== null && random.chance(0.4) ? `${title} ${sizeWord[language]} ${size}` : title,
    brand: brand.name,
    brandId: brand.id,
    size,
    sizeId,
    statusId,
    catalogId,
    colorIds: [colorId],
    materialIds: [random.pick(materialIds)],
    priceCents: roundPrice(euros, random),
    seller: {
      id: sellerId,
      login: `member_${sellerId.toString(16).padStart(6, '0').slice(-6)}`,
      business: random.chance(0.05),
    },
    favourites: random.int(0, 30),
  }
}
