import type { Search } from '#shared/contracts/alert.ts'
import { emptySearch } from '#shared/marketplaces/vinted/parse-search-url.ts'

/** What people paste, and by hand what each paste means. `ignored` holds `parameter=value`, in the order of the link. */
export type PastedUrl = { name: string; pasted: string } & (
  | { search: Search; ignored: readonly string[] }
  | { refused: RegExp }
)

const site = 'https://www.vinted.fr'
const fr = `${site}/catalog`
const q = `${fr}?search_text=nike`
const uk = 'https://www.vinted.co.uk/catalog'

const reads = (name: string, pasted: string, fields: Partial<Search>, ignored: readonly string[] = []): PastedUrl => ({
  name,
  pasted,
  search: { market: 'fr', ...emptySearch, ...fields },
  ignored,
})
const refuses = (name: string, pasted: string, refused: RegExp): PastedUrl => ({ name, pasted, refused })

const stranger = /not a Vinted site/
const noSearch = /no search/
const notAlone = /link alone/

const patterns = { attributeIds: { patterns: [4, 30] } }
const nike = { searchText: 'nike' }
const brand = { brandIds: [53] }
const brands = { brandIds: [14, 53] }
const long = 'a'.repeat(201)
const repeat = (count: number, row: (place: number) => string): string =>
  Array.from({ length: count }, (_, i) => row(i + 1)).join('&')
const upTo = (last: number): number[] => Array.from({ length: last }, (_, i) => i + 1)

const asTheSiteWritesThem: PastedUrl[] = [
  reads('words', q, nike),
  reads(
    'a whole search of today',
    `${fr}?search_text=air+max&catalog[]=1904&brand_ids[]=53&size_ids[]=206&status_ids[]=6&color_ids[]=1&material_ids[]=44` +
      '&price_from=5&price_to=40&currency=EUR&order=newest_first&page=1&time=1763683200&search_id=24400000000',
    // prettier-ignore
    { searchText: 'air max', catalogIds: [1904], ...brand, sizeIds: [206], statusIds: [6], colorIds: [1], materialIds: [44], priceMin: 5, priceMax: 40 },
  ),
  reads(
    'a whole search of 2021',
    `${site}/vetements?search_text=&catalog[]=79&size_id[]=208&size_id[]=207&brand_id[]=88&status[]=6&price_to=10.00`,
    { catalogIds: [79], sizeIds: [207, 208], brandIds: [88], statusIds: [6], priceMax: 10 },
    ['path=/vetements'],
  ),
  reads('catalog[]', `${fr}?catalog[]=1904`, { catalogIds: [1904] }),
  reads('catalog_ids', `${fr}?catalog_ids=1904`, { catalogIds: [1904] }),
  reads('catalog_ids[]', `${fr}?catalog_ids[]=1904`, { catalogIds: [1904] }),
  reads('catalog without brackets', `${fr}?catalog=1904`, { catalogIds: [1904] }),
  reads('raw brackets', `${fr}?brand_ids[]=53&brand_ids[]=14`, brands),
  reads('encoded brackets', `${fr}?brand_ids%5B%5D=53&brand_ids%5B%5D=14`, brands),
  reads('encoded brackets in lower case', `${fr}?brand_ids%5b%5d=53`, brand),
  reads('indexed brackets', `${fr}?brand_ids[0]=53&brand_ids[1]=14`, brands),
  reads('encoded indexed brackets', `${fr}?brand_ids%5B10%5D=53&brand_ids%5B2%5D=14`, brands),
  reads('no brackets', `${fr}?brand_ids=53`, brand),
  reads('commas', `${fr}?brand_ids=53,14`, brands),
  reads('encoded commas with spaces', `${fr}?brand_ids=53%2C+14%2C%20`, brands),
  reads('all spellings', `${fr}?brand_ids[]=53&brand_ids=53&brand_id[]=53&attribute_ids[brand]=53`, brand),
  reads('size_ids[]', `${fr}?size_ids[]=208&size_ids[]=206`, { sizeIds: [206, 208] }),
  reads('status_ids[]', `${fr}?status_ids[]=6&status_ids[]=1`, { statusIds: [1, 6] }),
  reads('the legacy status[]', `${fr}?status[]=2&status[]=1`, { statusIds: [1, 2] }),
  reads('the legacy status[], encoded', `${fr}?status%5B%5D=2`, { statusIds: [2] }),
  reads('both names of a status', `${fr}?status[]=2&status_ids[]=1`, { statusIds: [1, 2] }),
  reads('color_ids[]', `${fr}?color_ids[]=12&color_ids[]=1`, { colorIds: [1, 12] }),
  reads('the legacy color_id[]', `${fr}?color_id[]=12`, { colorIds: [12] }),
  reads('material_ids[]', `${fr}?material_ids[]=44`, { materialIds: [44] }),
  reads('patterns_ids[]', `${fr}?patterns_ids[]=30`, { attributeIds: { patterns: [30] } }),
  reads('video games', `${fr}?video_game_platform_ids[]=1281`, { attributeIds: { video_game_platform: [1281] } }),
  reads('of tomorrow', `${fr}?wheel2_size_ids[]=9&wheel2_size_ids[]=7`, { attributeIds: { wheel2_size: [7, 9] } }),
  reads('several unknown attributes', `${fr}?b_ids[]=2&a_ids=1`, { attributeIds: { a: [1], b: [2] } }),
  reads('a member of every object', `${fr}?constructor_ids[]=5`, { attributeIds: { constructor: [5] } }),
  reads('an attribute that ends in catalog', `${fr}?video_catalog_ids[]=5`, { attributeIds: { video_catalog: [5] } }),
  reads('new style', `${fr}?attribute_ids[brand]=53`, brand),
  reads('new style with commas', `${fr}?attribute_ids[brand]=53,14`, brands),
  reads('new style, all encoded', `${fr}?attribute_ids%5Bbrand%5D=53%2C14`, brands),
  reads('new style, with a list', `${fr}?attribute_ids[brand][]=53&attribute_ids[brand][1]=14`, brands),
  reads(
    'new style of every known list',
    `${fr}?attribute_ids[catalog]=4&attribute_ids[size]=5&attribute_ids[status]=6&attribute_ids[color]=7&attribute_ids[material]=8`,
    { catalogIds: [4], sizeIds: [5], statusIds: [6], colorIds: [7], materialIds: [8] },
  ),
  reads('new style of an unknown list', `${fr}?attribute_ids[patterns]=30,4`, patterns),
  reads('new and old style meet', `${fr}?attribute_ids[patterns]=30&patterns_ids[]=4`, patterns),
]

const paths: PastedUrl[] = [
  reads('a category page', `${site}/catalog/1904-women`, { catalogIds: [1904] }),
  reads('a category page with a slash', `${site}/catalog/1904-women/`, { catalogIds: [1904] }),
  reads('a category page without its name', `${site}/catalog/1904`, { catalogIds: [1904] }),
  reads('a category with accents', `${site}/catalog/16-vêtements-d’été`, { catalogIds: [16] }),
  reads('a category with ids beside it', `${fr}/4-x?brand_ids[]=53&catalog[]=5`, { catalogIds: [4, 5], ...brand }),
  reads('a category twice', `${site}/catalog/1904-women?catalog[]=1904`, { catalogIds: [1904] }),
  reads('a category page of a language', `${site}/en/catalog/1904-women`, { catalogIds: [1904] }),
  reads('a brand page', `${site}/brand/53-nike`, brand),
  reads('a brand page with a slash', `${site}/brand/53-nike/`, brand),
  reads('a brand page with a dashed name', `${site}/brand/14-adidas-originals`, { brandIds: [14] }),
  reads('a brand with ids beside it', `${site}/brand/53-x/?brand_ids=14&size_ids=9`, { ...brands, sizeIds: [9] }),
  reads('the catalogue with a slash', `${fr}/?brand_ids=53`, brand),
  reads('the home page with words', `${site}/?brand_ids=53`, brand),
  reads('the home page without a slash', 'https://www.vinted.fr?brand_ids=53', brand),
  reads('an unknown path', `${site}/hommes/nike?brand_ids=53`, brand, ['path=/hommes/nike']),
  reads('a category without a number', `${site}/catalog/women?brand_ids=53`, brand, ['path=/catalog/women']),
  reads('a category with the number 0', `${site}/catalog/0-all?brand_ids=53`, brand, ['path=0']),
  reads('two categories', `${fr}/1904-women/4-x?brand_ids=53`, brand, ['path=/catalog/1904-women/4-x']),
  reads('an item page with words', `${site}/items/123-nike?brand_ids=53`, brand, ['path=/items/123-nike']),
  reads('a capital path', `${site}/CATALOG/1904?brand_ids=53`, brand, ['path=/CATALOG/1904']),
  refuses('an item page', `${site}/items/4567890123-nike-air?referrer=catalog`, noSearch),
  refuses('a member page', `${site}/member/12345-marie`, noSearch),
  refuses('the items of a member', `${site}/member/items/12345?user_id=12345`, noSearch),
  refuses('a brand page without a number', `${site}/brand/nike`, noSearch),
  refuses('the home page', `${site}/`, noSearch),
  refuses('the bare host', 'vinted.fr', noSearch),
  refuses('the whole catalogue', fr, noSearch),
  refuses('the whole catalogue, in an order', `${fr}?order=newest_first&page=2`, noSearch),
]

// prettier-ignore
const sites = {
  fr: 'vinted.fr', us: 'vinted.com', nl: 'vinted.nl', uk: 'vinted.co.uk', de: 'vinted.de', be: 'vinted.be', it: 'vinted.it',
  pl: 'vinted.pl', cz: 'vinted.cz', se: 'vinted.se', dk: 'vinted.dk', ro: 'vinted.ro', hu: 'vinted.hu', gr: 'vinted.gr',
}
// prettier-ignore
const strangers = [
  'www.vinted.fr.evil.com', 'vinted.fr%2eevil.com', 'vinted-fr.com', 'evilvinted.fr', 'evil-vinted.fr', 'www.v1nted.fr',
  'www.vinted.ch', 'www.vinted.uk', 'www.vinted.co', 'vinted.com.fr', 'vintedfr', 'xn--vnted-n4a.fr', 'www.xn--vnted-n2e.fr',
  'api.vinted.fr', 'm.vinted.fr', 'www.www.vinted.fr', 'www.vinted.fr.', 'vinted.fr..', '127.0.0.1', '[::1]', 'localhost',
]

const hosts: PastedUrl[] = [
  ...Object.entries(sites).map(([market, host]) =>
    reads(host, `https://www.${host}/?search_text=nike`, { market, ...nike }),
  ),
  ...strangers.map((host) => refuses(host, `https://${host}/catalog?search_text=nike`, stranger)),
  reads('no scheme', 'www.vinted.fr/catalog?search_text=nike', nike),
  reads('no www', 'https://vinted.fr/catalog?search_text=nike', nike),
  reads('neither scheme nor www', 'vinted.co.uk/catalog?search_text=nike', { market: 'uk', ...nike }),
  reads('no scheme, no path', 'vinted.fr?search_text=nike', nike),
  reads('no scheme, a colon in the words', 'vinted.fr?search_text=taille:38', { searchText: 'taille:38' }),
  reads('no scheme, only slashes', '//www.vinted.fr/catalog?search_text=nike', nike),
  reads('http', 'http://www.vinted.fr/catalog?search_text=nike', nike),
  reads('capitals', 'HTTPS://WWW.Vinted.FR/catalog?search_text=nike', nike),
  reads('the usual port', 'https://www.vinted.fr:443/catalog?search_text=nike', nike),
  reads('the usual port without a scheme', 'www.vinted.fr:443/catalog?search_text=nike', nike),
  reads('the usual port without scheme and path', 'www.vinted.fr:443?search_text=nike', nike),
  reads('full-width letters: a browser opens the same host', 'https://ｖｉｎｔｅｄ.fr/catalog?search_text=nike', nike),
  reads('a blank line around', `\n  ${fr}?search_text=nike\t\r\n`, nike),
  reads('a byte order mark in front', `\uFEFF${fr}?search_text=nike`, nike),
  refuses('another port', 'https://www.vinted.fr:8443/?search_text=a', /port \(8443\)/),
  refuses('another port without a scheme', 'www.vinted.fr:8443/?search_text=a', /port \(8443\)/),
  refuses('another port without a path', 'www.vinted.fr:8443?search_text=nike', /port \(8443\)/),
  refuses('the port of https on http', 'http://www.vinted.fr:443/?search_text=a', /port \(443\)/),
  refuses('a port that is none', 'https://www.vinted.fr:99999/?search_text=a', /not a link/),
  refuses('somebody else without a scheme', 'vinted.fr.evil.com/?search_text=a', stranger),
  refuses('a Cyrillic letter', 'https://www.vіnted.fr/?search_text=a', /xn--\S+ is not a Vinted site/),
  refuses('a dotless letter', 'https://www.vınted.fr/?search_text=a', /xn--\S+ is not a Vinted site/),
  refuses('the host in the path', 'https://evil.com/www.vinted.fr/?search_text=a', stranger),
  refuses('the host in the fragment', 'https://evil.com/#www.vinted.fr/?search_text=a', stranger),
  refuses('the host as a user', 'https://vinted.fr@evil.com/?search_text=a', /user name/),
  refuses('the host as a user, no scheme', 'vinted.fr@evil.com/?search_text=a', /user name/),
  refuses('the host as user and password', 'https://www.vinted.fr:443@evil.com/?search_text=a', /user name/),
  refuses('a user on the right host', 'https://marie:secret@www.vinted.fr/?search_text=a', /user name/),
  refuses('an encoded @', 'https://vinted.fr%40evil.com/?search_text=a', /not a link/),
  refuses('a backslash', 'https://evil.com\\@www.vinted.fr/?search_text=a', /backslash/),
  refuses('backslashes for slashes', 'https:\\\\www.vinted.fr\\catalog?search_text=nike', /backslash/),
  refuses('another scheme', 'ftp://www.vinted.fr/?search_text=a', /https:\/\/ \(got ftp:\)/),
  refuses('the scheme of an app', 'vinted://catalog?search_text=a', /got vinted:/),
  refuses('a script', 'javascript:alert(1)//www.vinted.fr/?search_text=a', /got javascript:/),
  refuses('a mail address', 'mailto:marie@vinted.fr?search_text=nike', /got mailto:/),
]

const words: PastedUrl[] = [
  reads('a plus is a space', `${fr}?search_text=nike+air+max`, { searchText: 'nike air max' }),
  reads('%20 is a space', `${fr}?search_text=nike%20air`, { searchText: 'nike air' }),
  reads('%2B is a plus', `${fr}?search_text=c%2B%2B`, { searchText: 'c++' }),
  reads('many spaces are one', `${fr}?search_text=++nike%20%20%09air%0A+`, { searchText: 'nike air' }),
  reads('no-break and wide spaces', `${fr}?search_text=nike%C2%A0air%E3%80%80max`, { searchText: 'nike air max' }),
  reads('encoded accents', `${fr}?search_text=robe+%C3%A9t%C3%A9`, { searchText: 'robe été' }),
  reads('raw accents', `${fr}?search_text=or+plaqué`, { searchText: 'or plaqué' }),
  reads('accents of two characters', `${fr}?search_text=e%CC%81te%CC%81`, { searchText: 'été' }),
  reads('full-width words', `${fr}?search_text=ｎｉｋｅ`, nike),
  reads('a ligature and a small number', `${fr}?search_text=%EF%AC%81lle+m%C2%B2`, { searchText: 'fille m2' }),
  reads('other scripts', `${fr}?search_text=%D0%BA%D1%80%D0%BE%D1%81%D1%81%D1%8B+日本`, { searchText: 'кроссы 日本' }),
  reads('an emoji', `${fr}?search_text=nike+%F0%9F%91%9F`, { searchText: 'nike 👟' }),
  reads('an emoji of many parts', `${fr}?search_text=👩‍👧`, { searchText: '👩‍👧' }),
  reads('capitals are kept', `${fr}?search_text=Nike+AIR`, { searchText: 'Nike AIR' }),
  reads('signs', `${fr}?search_text=%26+%3D+%23+%22a%22+%3Cb%3E`, { searchText: '& = # "a" <b>' }),
  reads('an = in the words', `${fr}?search_text=a=b`, { searchText: 'a=b' }),
  reads('words that look like a parameter', `${fr}?search_text=catalog_ids%5B%5D`, { searchText: 'catalog_ids[]' }),
  reads('an encoded NUL is a space', `${fr}?search_text=nike%00air`, { searchText: 'nike air' }),
  reads('a lone percent sign', `${fr}?search_text=100%+coton`, { searchText: '100% coton' }),
  reads('a percent sequence without digits', `${fr}?search_text=nike%ZZ`, { searchText: 'nike%ZZ' }),
  reads('half a character', `${fr}?search_text=nike%E0%A4`, { searchText: 'nike\uFFFD' }),
  reads('200 characters', `${fr}?search_text=${'a'.repeat(200)}`, { searchText: 'a'.repeat(200) }),
  reads('201 characters', `${fr}?brand_ids=53&search_text=${long}`, brand, [`search_text=${long}`]),
  reads('the same words twice', `${q}&search_text=nike`, nike),
  reads('other words later', `${fr}?search_text=puma&search_text=nike`, nike, ['search_text=puma']),
  reads('no words later', `${q}&search_text=`, nike),
  refuses('201 characters alone', `${fr}?search_text=${long}`, noSearch),
  refuses('only spaces', `${fr}?search_text=++%20%09`, noSearch),
  refuses('only control characters', `${fr}?search_text=%00%1F`, noSearch),
]

const ids: PastedUrl[] = [
  reads('sorted by value', `${fr}?brand_ids=100,9,53`, { brandIds: [9, 53, 100] }),
  reads('repeated', `${fr}?brand_ids[]=53&brand_ids[]=14&brand_ids[]=53&brand_ids[]=14`, brands),
  reads('leading zeros', `${fr}?brand_ids=0053`, brand),
  reads('15 digits', `${fr}?brand_ids=999999999999999`, { brandIds: [999_999_999_999_999] }),
  reads('empty places', `${fr}?brand_ids=,53,,14,`, brands),
  reads('blank ids', `${fr}?brand_ids[]=&brand_ids[]=+&size_ids=&search_text=nike`, nike),
  reads('a word among ids', `${fr}?brand_ids[]=53&brand_ids[]=nike`, brand, ['brand_ids[]=nike']),
  reads('a wrong place of a list', `${fr}?brand_ids=53,x,-14,1.5`, brand, ['brand_ids=x,-14,1.5']),
  reads('0', `${fr}?brand_ids=53,0`, brand, ['brand_ids=0']),
  reads('16 digits', `${fr}?brand_ids=53,1000000000000000`, brand, ['brand_ids=1000000000000000']),
  reads('an exponent and hexadecimal', `${fr}?brand_ids=53,1e3,0x10`, brand, ['brand_ids=1e3,0x10']),
  reads('digits of another script', `${fr}?brand_ids[]=٥٣&search_text=nike`, nike, ['brand_ids[]=٥٣']),
  reads('a name for an index', `${fr}?brand_ids[a]=53&search_text=nike`, nike, ['brand_ids[a]=53']),
  reads('encoded twice', `${fr}?brand_ids%255B%255D=53&search_text=nike`, nike, ['brand_ids%5B%5D=53']),
  reads('a capital name', `${fr}?Brand_ids[]=53&search_text=nike`, nike, ['Brand_ids[]=53']),
  reads('an unknown singular', `${fr}?user_id=5&campaign_id=6&search_text=nike`, nike, ['user_id=5', 'campaign_id=6']),
  reads('__proto__', `${q}&__proto___ids[]=5`, nike, ['__proto___ids[]=5']),
  reads('__proto__ in new style', `${q}&attribute_ids[__proto__]=6`, nike, ['attribute_ids[__proto__]=6']),
  reads('200 ids', `${fr}?${repeat(200, (id) => `brand_ids[]=${id}`)}`, { brandIds: upTo(200) }),
  reads('200 ids, each twice', `${fr}?${repeat(400, (id) => `size_ids=${Math.ceil(id / 2)}`)}`, { sizeIds: upTo(200) }),
  refuses('201 ids', `${fr}?${repeat(201, (id) => `brand_ids[]=${id}`)}`, /201 brand ids, more than 200/),
  refuses('201 ids of an unknown attribute', `${q}&patterns_ids=${upTo(201).join(',')}`, /201 patterns ids/),
  refuses('only wrong ids', `${fr}?brand_ids[]=nike`, noSearch),
]

const prices: PastedUrl[] = [
  reads('both ends', `${q}&price_from=5&price_to=20`, { ...nike, priceMin: 5, priceMax: 20 }),
  reads('with a point', `${q}&price_to=12.5`, { ...nike, priceMax: 12.5 }),
  reads('with zeros', `${q}&price_to=40.00`, { ...nike, priceMax: 40 }),
  reads('with a comma', `${q}&price_from=12,50`, { ...nike, priceMin: 12.5 }),
  reads('with an encoded comma', `${q}&price_from=12%2C5`, { ...nike, priceMin: 12.5 }),
  reads('nothing', `${q}&price_from=0`, nike),
  reads('the highest', `${q}&price_to=9999999`, { ...nike, priceMax: 9_999_999 }),
  reads('upside down', `${q}&price_from=20&price_to=5`, { ...nike, priceMin: 20, priceMax: 5 }),
  reads('blank', `${q}&price_from=&price_to=+`, nike),
  reads('above the highest', `${q}&price_to=9999999.01`, nike, ['price_to=9999999.01']),
  reads('huge', `${q}&price_to=99999999999`, nike, ['price_to=99999999999']),
  reads('endless', `${q}&price_to=1e309`, nike, ['price_to=1e309']),
  reads('an exponent', `${q}&price_to=1e2`, nike, ['price_to=1e2']),
  reads('negative', `${q}&price_from=-5`, nike, ['price_from=-5']),
  reads('words', `${q}&price_from=NaN&price_to=Infinity`, nike, ['price_from=NaN', 'price_to=Infinity']),
  reads('with its sign', `${q}&price_to=20€`, nike, ['price_to=20€']),
  reads('1.23 or 1234', `${q}&price_to=1,234`, nike, ['price_to=1,234']),
  reads('comma and point', `${q}&price_to=1,234.50`, nike, ['price_to=1,234.50']),
  reads('another price later', `${q}&price_to=20&price_to=30`, { ...nike, priceMax: 30 }, ['price_to=20']),
  reads('the same price later', `${q}&price_to=20&price_to=20.00`, { ...nike, priceMax: 20 }),
  reads('its own currency', `${uk}?search_text=nike&price_to=20&currency=GBP`, { market: 'uk', ...nike, priceMax: 20 }),
  reads('another currency', `${uk}?brand_ids=53&currency=EUR`, { market: 'uk', ...brand }, ['currency=EUR']),
  reads('another currency with a price', `${q}&price_to=20&currency=PLN`, { ...nike, priceMax: 20 }, ['currency=PLN']),
  reads('złoty', 'vinted.pl?brand_ids=53&price_to=99,99&currency=PLN', { market: 'pl', ...brand, priceMax: 99.99 }),
  refuses('a price alone', `${fr}?price_from=5&price_to=20&currency=EUR`, noSearch),
]

const noise: PastedUrl[] = [
  reads('time and search_id', `${q}&time=1763683200&search_id=24400000000`, nike),
  reads('page and per_page', `${q}&page=3&per_page=96`, nike),
  reads('personalisation', `${q}&disabled_personalization=true&catalog_from=0&referrer=catalog`, nike),
  reads('advertising', `${q}&utm_source=app&utm_medium=share&utm_id=7&utm_anything=1`, nike),
  reads('search by image', `${q}&search_by_image_uuid=0b5c&search_by_image_id=5`, nike),
  reads('session ids', `${q}&session_id=a&global_search_session_id=b&homepage_session_id=c`, nike),
  reads('newest first', `${q}&order=newest_first`, nike),
  reads('another order is told', `${q}&order=price_low_to_high`, nike, ['order=price_low_to_high']),
  reads('a fragment', `${fr}?search_text=nike#brand_ids[]=53`, nike),
  reads('an unknown parameter', `${q}&is_for_swap=1`, nike, ['is_for_swap=1']),
  reads('an unknown parameter twice', `${fr}?x=1&search_text=nike&x=2`, nike, ['x=1', 'x=2']),
  reads('a long unknown parameter', `${q}&x=${'y'.repeat(500)}`, nike, [`x=${'y'.repeat(200)}`]),
  reads('blank parameters', `${fr}?&&search_text=nike&x=&y&=&order=&currency=+`, nike),
  reads('a link of a page source', `${q}&amp;brand_ids[]=53`, nike, ['amp;brand_ids[]=53']),
  reads('60,000 characters', `${q}&time=`.padEnd(60_000, '1'), nike),
  refuses('60,001 characters', `${q}&time=`.padEnd(60_001, '1'), /longer than 60000/),
  refuses('only noise', `${fr}?utm_source=app&page=2&time=5`, noSearch),
  refuses('only an unknown parameter', `${fr}?is_for_swap=1`, noSearch),
  refuses('nothing', '', /nothing was pasted/),
  refuses('only white space', ' \t\n\u00A0', /nothing was pasted/),
  refuses('words instead of a link', 'nike', stranger),
  refuses('a sentence instead of a link', 'nike air max 42', notAlone),
  refuses('a share text before the link', `Look at this! ${fr}?search_text=nike`, notAlone),
  refuses('a share text after the link', `${fr}?search_text=nike on Vinted`, notAlone),
  refuses('a share text on another line', `Look at this!\n${fr}?search_text=nike`, notAlone),
  refuses('two links', `${fr}?search_text=nike ${uk}?search_text=nike`, notAlone),
  refuses('angle brackets around', `<${fr}?search_text=nike>`, /not a link/),
  refuses('a Markdown link', `[nike](${fr}?search_text=nike)`, /not a link/),
  refuses('a raw control character', `${fr}?search_text=ni\u0000ke`, /control character/),
  refuses('a scheme alone', 'https://', /not a link/),
]

export const pastedUrls: readonly PastedUrl[] = Object.entries({
  'as the site writes them': asTheSiteWritesThem,
  paths,
  hosts,
  words,
  ids,
  prices,
  noise,
}).flatMap(([group, rows]) => rows.map((row) => ({ ...row, name: `${group}: ${row.name}` })))
