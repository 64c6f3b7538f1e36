import { cycleSuite } from '../../support/fleet/cycle-suite.ts'

cycleSuite('embedded database', () => Promise.resolve({}))
