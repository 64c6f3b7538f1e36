/** What is sold in the sandbox. Ids are stable; those of the big brands and of the top catalogues are the site's own. */
export type Language = 'fr' | 'en' | 'nl'
export type Words = Readonly<Record<Language, string>>

export const languageOf = (locale: string): Language => {
  const language = locale.slice(0, 2)
  return language === 'fr' || language === 'nl' ? language : 'en'
}

const words = (fr: string, en: string, nl: string): Words => ({ fr, en, nl })

export type SizeTable = 'women' | 'men' | 'jeans' | 'womenShoes' | 'menShoes'
export type Kind = 'jacket' | 'sweater' | 'dress' | 'jeans' | 'tshirt' | 'trainers' | 'bag'

export const sizeTables: Readonly<Record<SizeTable, Readonly<Record<string, number>>>> = {
  women: { XS: 2, S: 3, M: 4, L: 5, XL: 6 },
  men: { S: 207, M: 208, L: 209, XL: 210, XXL: 211 },
  jeans: { W28: 1638, W30: 1640, W31: 1641, W32: 1642, W34: 1644 },
  womenShoes: { '36': 55, '37': 56, '38': 57, '38.5': 1195, '39': 58, '40': 59 },
  menShoes: { '40': 780, '41': 782, '42': 784, '42.5': 785, '43': 786, '44': 788, '45': 790 },
}

/** What a brand makes, and the names its buyers know. */
export type Brand = {
  id: number
  name: string
  tier: number
  models: Readonly<Partial<Record<Kind, readonly string[]>>>
}

const brand = (id: number, name: string, tier: number, models: Brand['models']): Brand => ({ id, name, tier, models })

/** A brand that is sold often stands here first: the choice leans to the front. */
export const brands: readonly Brand[] = [
  brand(53, 'Nike', 1.2, {
    trainers: ['Air Max 90', 'Dunk Low', 'Air Force 1'],
    sweater: ['Tech Fleece'],
    tshirt: ['Dri-FIT'],
    jacket: ['ACG', 'Windrunner'],
  }),
  brand(14, 'adidas', 1.1, {
    trainers: ['Samba', 'Gazelle', 'Superstar'],
    sweater: ['Originals'],
    tshirt: ['Trefoil'],
  }),
  brand(12, 'Zara', 0.7, { dress: ['Studio'], jacket: ['Blazer'], jeans: ['TRF'], bag: ['Shopper'] }),
  brand(10, "Levi's", 1, { jeans: ['501', '505', '511'], jacket: ['Trucker'] }),
  brand(362, 'Carhartt', 1.6, { jacket: ['Detroit', 'Active', 'Michigan'], sweater: ['Chase'], tshirt: ['Pocket'] }),
  brand(88, 'Ralph Lauren', 1.5, { sweater: ['Cable', 'Polo Bear'], jacket: ['Harrington'], dress: ['Polo'] }),
  brand(2319, 'The North Face', 2, { jacket: ['Nuptse 700', 'Mountain'], sweater: ['Denali'], bag: ['Base Camp'] }),
  brand(7, 'H&M', 0.5, { dress: ['Divided'], sweater: ['Premium'], tshirt: ['Basic'], jeans: ['Mom'] }),
  brand(304, 'Lacoste', 1.2, { sweater: ['Live'], tshirt: ['Sport'], trainers: ['Carnaby'] }),
  brand(162, 'Sézane', 1.8, { dress: ['Tomboy'], sweater: ['Gaspard'], bag: ['Claude'] }),
  brand(1775, 'New Balance', 1.4, { trainers: ['550', '2002R', '530'] }),
  brand(94, 'Tommy Hilfiger', 1.1, { jacket: ['Essential'], sweater: ['Flag'], jeans: ['Scanton'], bag: ['Iconic'] }),
  brand(73306, 'Patagonia', 1.9, { jacket: ['Torrentshell'], sweater: ['Retro-X', 'Better Sweater'] }),
  brand(15, 'Mango', 0.7, { dress: ['Selection'], jacket: ['Suit'], bag: ['Tote'] }),
]

export type Catalogue = {
  id: number
  parent: number | null
  name: Words
  /** A top catalogue has no listing of its own. */
  leaf: null | { kind: Kind; sizes: SizeTable | null; noun: Words; euros: number }
}

const shelf = (id: number, parent: number | null, name: Words): Catalogue => ({ id, parent, name, leaf: null })
const leaf = (
  [id, parent]: readonly [number, number],
  kind: Kind,
  sizes: SizeTable | null,
  euros: number,
  name: Words,
  noun: Words,
): Catalogue => ({ id, parent, name, leaf: { kind, sizes, noun, euros } })

const jackets = words('Manteaux et vestes', 'Coats & jackets', 'Jassen')
const sweaters = words('Pulls et sweats', 'Jumpers & sweaters', 'Truien')

export const catalogues: readonly Catalogue[] = [
  shelf(1904, null, words('Femmes', 'Women', 'Dames')),
  shelf(5, null, words('Hommes', 'Men', 'Heren')),
  shelf(4, 1904, words('Vêtements', 'Clothes', 'Kleding')),
  shelf(16, 1904, words('Chaussures', 'Shoes', 'Schoenen')),
  shelf(2050, 5, words('Vêtements', 'Clothes', 'Kleding')),
  shelf(1231, 5, words('Chaussures', 'Shoes', 'Schoenen')),
  leaf([1037, 4], 'jacket', 'women', 32, jackets, words('Veste', 'jacket', 'jas')),
  leaf([13, 4], 'sweater', 'women', 17, sweaters, words('Pull', 'jumper', 'trui')),
  leaf([10, 4], 'dress', 'women', 18, words('Robes', 'Dresses', 'Jurken'), words('Robe', 'dress', 'jurk')),
  leaf([183, 4], 'jeans', 'jeans', 20, words('Jeans', 'Jeans', 'Jeans'), words('Jean', 'jeans', 'jeans')),
  leaf(
    [2632, 16],
    'trainers',
    'womenShoes',
    38,
    words('Baskets', 'Trainers', 'Sneakers'),
    words('Baskets', 'trainers', 'sneakers'),
  ),
  leaf([19, 1904], 'bag', null, 28, words('Sacs', 'Bags', 'Tassen'), words('Sac', 'bag', 'tas')),
  leaf([1206, 2050], 'jacket', 'men', 36, jackets, words('Veste', 'jacket', 'jas')),
  leaf([79, 2050], 'sweater', 'men', 19, sweaters, words('Sweat', 'hoodie', 'hoodie')),
  leaf(
    [76, 2050],
    'tshirt',
    'men',
    11,
    words('T-shirts', 'T-shirts', 'T-shirts'),
    words('T-shirt', 't-shirt', 't-shirt'),
  ),
  leaf([257, 2050], 'jeans', 'jeans', 22, words('Jeans', 'Jeans', 'Jeans'), words('Jean', 'jeans', 'spijkerbroek')),
  leaf(
    [1242, 1231],
    'trainers',
    'menShoes',
    42,
    words('Baskets', 'Trainers', 'Sneakers'),
    words('Baskets', 'trainers', 'sneakers'),
  ),
]

export const colors: Readonly<Record<number, Words>> = {
  1: words('noir', 'black', 'zwart'),
  3: words('gris', 'grey', 'grijs'),
  4: words('beige', 'beige', 'beige'),
  7: words('rouge', 'red', 'rood'),
  9: words('bleu', 'blue', 'blauw'),
  10: words('vert', 'green', 'groen'),
  12: words('blanc', 'white', 'wit'),
  2: words('marron', 'brown', 'bruin'),
}

export const materialIds: readonly number[] = [43, 44, 45, 46, 49, 120, 303]

const parents = new Map(catalogues.map(({ id, parent }) => [id, parent]))

/** A listing of `Men > Shoes > Trainers` is found under all three. */
export function catalogPath(id: number): number[] {
  const path = [id]
  for (let up = parents.get(id); up !== null && up !== undefined; up = parents.get(up)) path.push(up)
  return path
}
