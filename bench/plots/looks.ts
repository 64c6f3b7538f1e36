/** Each at least 4.5 : 1 against its ground; told apart by its mark too, for who sees no colours. */
const COLOURS = [
  { light: '#57606a', dark: '#9da7b3' },
  { light: '#8250df', dark: '#c297ff' },
  { light: '#0969da', dark: '#58a6ff' },
  { light: '#9a6700', dark: '#e3b341' },
  { light: '#1a7f37', dark: '#56d364' },
  { light: '#bc4c00', dark: '#f0883e' },
  { light: '#bf3989', dark: '#ff9bce' },
]

/** Around 0 0, about ten units wide. */
const MARKS = [
  'M-4 -4 4 4M4 -4 -4 4',
  'M0 -5.5 5.5 0 0 5.5 -5.5 0z',
  'M-4.2 -4.2H4.2V4.2H-4.2z',
  'M0 -5.5 5 4H-5z',
  'M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0z',
  'M0 5.5 5 -4H-5z',
  'M-5 0H5M0 -5V5',
]

export const drawMark = (look: number, x: number, y: number): string =>
  `<path class="mark" d="${MARKS[look % MARKS.length]}" transform="translate(${x} ${y})"/>`

const coloursOf = (ground: 'light' | 'dark'): string =>
  COLOURS.map((colour, look) => `.look${look}{color:${colour[ground]}}`).join('')

export const style = `<style>
.ground{fill:#fff}.grid{stroke:#d8dee4}text{fill:#1f2328}.soft{fill:#57606a}${coloursOf('light')}
.line{fill:none;stroke:currentColor;stroke-width:2}.dashed{stroke-dasharray:5 5;stroke-width:1.5}
.mark{fill:currentColor;stroke:currentColor;stroke-width:1.5}
@media (prefers-color-scheme:dark){.ground{fill:#0d1117}.grid{stroke:#30363d}text{fill:#e6edf3}.soft{fill:#9da7b3}${coloursOf('dark')}}
</style>`

export const LOOKS = COLOURS.length
