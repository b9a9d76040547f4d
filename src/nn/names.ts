/** What classes and the numbers of a row are called: a NamedDataset has them. */
export interface Names {
  readonly classes: readonly string[] | undefined;
  readonly features: readonly string[] | undefined;
  /** @throws DataError if these are known to be others than those of the training data. */
  checkSame(where: string, trainedOn: Names | undefined): void;
}
