/// By constant statistics, a normalization is the product before it with other weights. In inference only; it rounds differently.
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

/// Lets products read the weights that `FoldNormalization` asks for, whatever algorithm was chosen meanwhile.
enum ReadFoldedWeights: Rewrite {
  static let name = "products with folded weights"
  static let keepsBits = false

  static func apply(to graph: inout OperationGraph, at place: Int, _ options: PlanOptions) -> Bool {
    guard let operation = graph[place], let fold = operation.values.fold else { return false }
    graph.replace(place, by: FoldedOperation(operation, fold))
    return true
  }
}
