import type { FoundListing, Listing } from '#shared/contracts/listing.ts'

export const makeListing = (over: Partial<Listing> = {}): Listing => ({
  itemId: 9_547_136_593,
  title: 'Nike Air Max 90',
  price: 30,
  totalPrice: 32.2,
  currency: 'EUR',
  url: 'https://www.vinted.fr/items/9547136593-nike-air-max-90',
  photoUrl: 'https://images1.vinted.net/t/1/f800/1.webp',
  brand: 'Nike',
  size: '42',
  condition: 'Très bon état',
  conditionId: 2,
  seller: { id: 93_815_114, login: 'member_f14d4c' },
  isPromoted: false,
  ...over,
})

export const makeFound = (over: Partial<FoundListing> = {}): FoundListing => {
  const { conditionId: _id, isPromoted: _promoted, seller: _seller, ...listing } = makeListing()
  return { ...listing, market: 'fr', foundAt: '2026-11-22T09:05:00Z', ...over }
}
