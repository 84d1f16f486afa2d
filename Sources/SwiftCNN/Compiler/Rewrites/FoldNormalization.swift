/// Folds a batch normalization with constant statistics into the weights of the product before it. This applies to inference
/// only. The result is rounded differently.
enum FoldNormalization: Rewrite {
  static let name = "batch normalization into weights"
  static let keepsBits = false

  static func apply(to graph: inout OperationGraph, at place: Int, _ options: PlanOptions) -> Bool {
    guard !options.training, let normalization = graph[place] as? NormalizationOperation, normalization.usesMovingStatistics,
      let product = graph.producer(of: place)?.operation as? any AffineOperation, product.values.fold == nil,
      product.outputChannels == normalization.normalization.channels
    else { return false }
    product.values.fold = FoldedOperation.Fold(normalization.normalization, into: product)
    graph.remove(place)
    return true
  }
}

/// Makes products read the weights that `FoldNormalization` requests, whichever algorithm was chosen in between.
enum ReadFoldedWeights: Rewrite {
  static let name = "products with folded weights"
  static let keepsBits = false

  static func apply(to graph: inout OperationGraph, at place: Int, _ options: PlanOptions) -> Bool {
    guard let operation = graph[place], let fold = operation.values.fold else { return false }
    graph.replace(place, by: FoldedOperation(operation, fold))
    return true
  }
}
