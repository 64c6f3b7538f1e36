import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Search } from '#shared/contracts/alert.ts'
import { canonicalSearch, searchPageUrl } from '#shared/marketplaces/vinted/canonical-search.ts'
import { markets } from '#shared/marketplaces/vinted/markets.ts'
import { parseSearchUrl } from '#shared/marketplaces/vinted/parse-search-url.ts'
import { pastedUrls } from './pasted-urls.ts'

const understandable = pastedUrls.flatMap((row) => ('search' in row ? [row] : []))
const reasonsOf = (pasted: string): string[] => {
  const parsed = parseSearchUrl(pasted)
  return parsed.kind === 'search' ? parsed.ignored.map(({ reason }) => reason) : [parsed.reason]
}

for (const row of pastedUrls) {
  test(`pasted URLs, ${row.name}`, () => {
    const parsed = parseSearchUrl(row.pasted)
    if ('refused' in row) {
      assert.ok(parsed.kind === 'refused', JSON.stringify(parsed))
      assert.match(parsed.reason, row.refused)
      return
    }
    assert.ok(parsed.kind === 'search', JSON.stringify(parsed))
    assert.deepEqual(parsed.search, row.search)
    assert.deepEqual(
      parsed.ignored.map(({ parameter, value }) => `${parameter}=${value}`),
      row.ignored,
    )
  })
}

test('the corpus of pasted URLs is large and each name stands once', () => {
  assert.ok(pastedUrls.length >= 130)
  assert.equal(new Set(pastedUrls.map(({ name }) => name)).size, pastedUrls.length)
})

test('what was understood names every field that is set, and no other', () => {
  const parsed = parseSearchUrl('https://www.vinted.nl/brand/53-nike?search_text=air&patterns_ids[]=3&price_from=5')
  assert.ok(parsed.kind === 'search')
  assert.deepEqual(parsed.understood, [
    { field: 'market', value: 'nl' },
    { field: 'searchText', value: 'air' },
    { field: 'brandIds', value: [53] },
    { field: 'attributeIds', value: { patterns: [3] } },
    { field: 'priceMin', value: 5 },
  ])
})

test('every understood search is one that an alert can hold', () => {
  for (const { pasted, name } of understandable) {
    const parsed = parseSearchUrl(pasted)
    assert.ok(parsed.kind === 'search')
    const held = Search.safeParse(parsed.search)
    assert.ok(held.success, name)
    assert.deepEqual(held.data, parsed.search, name)
  }
})

test('the page of an understood search, pasted again, is the same search with nothing ignored', () => {
  for (const { search, name } of understandable) {
    const again = parseSearchUrl(searchPageUrl(search))
    assert.ok(again.kind === 'search', name)
    assert.deepEqual(again.search, search, name)
    assert.deepEqual(again.ignored, [], name)
    assert.deepEqual(canonicalSearch(again.search), canonicalSearch(search), name)
  }
})

test('the host of every market is read, with and without www', () => {
  for (const { id, host } of markets) {
    for (const pasted of [`https://www.${host}/brand/53-nike`, `${host}/brand/53-nike`]) {
      const parsed = parseSearchUrl(pasted)
      assert.ok(parsed.kind === 'search' && parsed.search.market === id, pasted)
    }
  }
})

test('each ignored part says why', () => {
  const part = (query: string): string[] => reasonsOf(`https://www.vinted.co.uk/catalog?search_text=nike&${query}`)
  assert.deepEqual(part('currency=EUR'), ['prices of this market are in GBP'])
  assert.deepEqual(part('order=relevance'), ['an alert always looks at the newest first'])
  assert.deepEqual(part('price_to=cheap'), ['not a price'])
  assert.deepEqual(part('price_to=5&price_to=6'), ['given again with another value'])
  assert.deepEqual(part('brand_ids=nike'), ['ids are whole numbers'])
  assert.deepEqual(part('is_for_swap=1'), ['unknown parameter'])
  assert.deepEqual(part(`search_text=${'a'.repeat(201)}`), ['longer than 200 characters'])
  assert.deepEqual(reasonsOf('https://www.vinted.fr/vetements?brand_ids=53'), ['not a search page'])
})

test('the refusal of another site names the host as it really is', () => {
  assert.deepEqual(reasonsOf('https://www.vіnted.fr/catalog'), ['www.xn--vnted-n2e.fr is not a Vinted site'])
})

test('a link of 60,000 characters full of ids or of nothing is read in no time', () => {
  const filled = (row: (place: number) => string): string =>
    `https://www.vinted.fr/catalog?${Array.from({ length: 20_000 }, (_, place) => row(place + 1)).join('&')}`.slice(
      0,
      60_000,
    )
  // The time of this process alone: the machine may be busy with others.
  const before = process.cpuUsage()
  for (const row of [
    (id: number) => `a_ids=${id}`,
    (id: number) => `x${id}=1`,
    () => 'a_ids=1',
    (id: number) => `a${id}_ids=1`,
  ]) {
    parseSearchUrl(filled(row))
  }
  const { user, system } = process.cpuUsage(before)
  const tookMs = (user + system) / 1_000
  assert.ok(tookMs < 1_500, `${tookMs} ms; 2,600 ms for one link when every id was sorted in anew`)
})
