// Preloaded into a real process: its wall clock is off by what the file says, its timers run on, as after a real clock step.
import { readFileSync } from 'node:fs'

const RealDate = Date
const file = process.env.CLOCK_OFFSET_FILE
const now = () => RealDate.now() + Number(readFileSync(file, 'utf8'))

globalThis.Date = class extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(now())
    else super(...given)
  }

  static now() {
    return now()
  }
}
