extension BatchNormalization: LowerableLayer {
  func lower(into lowering: inout Lowering) {
    let shape = lowering.shape
    func normalization(_ weights: [Int]) -> ChannelNormalization {
      ChannelNormalization(
        channels: shape[shape.count - 1], elements: shape.reduce(1, *), momentum: momentum, epsilon: epsilon,
        gamma: scale ? weights[0] : nil, beta: center ? weights[scale ? 1 : 0] : nil, mean: weights[weights.count - 2],
        variance: weights[weights.count - 1])
    }
    guard lowering.isTraining, !lowering.isFrozen else {
      lowering.add(output: shape) { NormalizationOperation($0, normalization($1)) }
      return
    }
    // Invariant: the first operation is made before the others.
    var moments: BatchMomentsOperation!
    lowering.add(output: shape) { values, weights in
      moments = BatchMomentsOperation(values, normalization(weights))
      return moments
    }
    lowering.add(output: shape) { values, _ in BatchStatisticsOperation(values, moments) }
    lowering.add(output: shape) { values, _ in NormalizationOperation(values, moments) }
  }
}
