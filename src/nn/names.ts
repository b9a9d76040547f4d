/** What classes and the numbers of a row are called. */
export interface TrainedOn {
  readonly classes: readonly string[] | undefined;
  readonly features: readonly string[] | undefined;
}

/** Those of a NamedDataset. */
export interface Names extends TrainedOn {
  /** @throws DataError if these are known to be others than those of the training data. */
  checkSame(where: string, trainedOn: TrainedOn | undefined): void;
}
