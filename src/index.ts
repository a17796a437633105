// The public API: what a program or notebook of yours may build on. Everything else may change between versions.
export {type Analysis, analyze, type BudgetRow} from "./analysis/analyze.js";
export {compare} from "./analysis/compare.js";
export {costTable} from "./analysis/costTable.js";
export {type ScoreAtKTable, scoreAtKTable} from "./analysis/scoreAtKTable.js";
export type {ScoreRow} from "./analysis/scoreRows.js";
export {type AnalysisOptions, DEFAULT_OPTIONS} from "./analysis/settings.js";
export {type Catalogue, readCatalogue} from "./environment/catalogue.js";
export {RebenchError} from "./errors.js";
export {importFiles} from "./ingest/importFiles.js";
export {type Attempt, attemptSchema} from "./record/attempt.js";
export {normalizedScore} from "./score/normalize.js";
export {type Estimator, scoreAtK} from "./score/scoreAtK.js";
export {simulate} from "./simulate/simulate.js";
export {openStore, type Store} from "./store/openStore.js";
