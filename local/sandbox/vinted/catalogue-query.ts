/** A catalogue request as the new protocol (svc-catalogue, since mid-September 2026) understands it. */
export type CatalogueQuery = {
  words: readonly string[]
  /** `attribute_ids[brand]=53,14` → brand: [53, 14] */
  attributes: ReadonlyMap<string, readonly number[]>
  priceFromCents: number
  priceToCents: number
  order: string
  page: number
  perPage: number
}

const MAX_PER_PAGE = 96
const DEFAULT_PER_PAGE = 24

/** Null: the site would answer 400. Repeated keys, blanks and values that are no numbers are refused; unknown names are ignored. */
export function parseCatalogueQuery(params: URLSearchParams, fold: (text: string) => string): CatalogueQuery | null {
  const names = [...params.keys()]
  if (new Set(names).size !== names.length) return null
  if ([...params.values()].some((value) => value.trim() === '')) return null

  const attributes = new Map<string, readonly number[]>()
  for (const [name, value] of params) {
    const attribute = /^attribute_ids\[(\w+)\]$/.exec(name)?.[1]
    if (attribute === undefined) continue
    if (!/^\d+(,\d+)*$/.test(value)) return null
    attributes.set(attribute, value.split(',').map(Number))
  }
  const priceFromCents = cents(params.get('price_from'), 0)
  const priceToCents = cents(params.get('price_to'), Number.MAX_SAFE_INTEGER)
  const page = count(params.get('page'), 1)
  const perPage = count(params.get('per_page'), DEFAULT_PER_PAGE)
  if (priceFromCents === null || priceToCents === null || page === null || perPage === null) return null
  return {
    words: fold(params.get('search_text') ?? '')
      .split(/\s+/)
      .filter((word) => word !== ''),
    attributes,
    priceFromCents,
    priceToCents,
    order: params.get('order') ?? 'relevance',
    page,
    perPage: Math.min(perPage, MAX_PER_PAGE),
  }
}

function cents(value: string | null, unset: number): number | null {
  if (value === null) return unset
  return /^\d+(\.\d+)?$/.test(value) ? Math.round(Number(value) * 100) : null
}

function count(value: string | null, unset: number): number | null {
  if (value === null) return unset
  return /^[1-9]\d{0,8}$/.test(value) ? Number(value) : null
}
