import CKernels

/// Samples with their targets and weights, checked whole before anything is computed.
struct Dataset {
  let x: ArrayView
  let targets: Targets
  /// One weight a sample, or nil if all are 1.
  let weights: [Float]?

  var count: Int { x.sampleCount }

  init(
    x: ArrayView, y: ArrayView, sampleWeight: ArrayView?, model: Graph, loss: Loss, kernels: KernelTable
  ) throws(SwiftCNNError) {
    try Dataset.check(x, model)
    try x.checkFinite("x", kernels)
    self.x = x
    targets = try Targets(y, loss: loss, output: model.outputShape, samples: x.sampleCount, kernels: kernels)
    weights = try sampleWeight.map { weight throws(SwiftCNNError) in
      try Dataset.weights(weight, samples: x.sampleCount, kernels)
    }
  }

  private init(x: ArrayView, targets: Targets, weights: [Float]?) {
    self.x = x
    self.targets = targets
    self.weights = weights
  }

  /// Some of the samples; nothing is checked again.
  func slice(_ range: Range<Int>) -> Dataset {
    Dataset(x: x.slice(range), targets: targets.slice(range), weights: weights.map { Array($0[range]) })
  }

  /// The samples' weights times those of their classes; nil leaves them as they are.
  func weighted(by classWeight: [Double]?, _ kernels: KernelTable) throws(SwiftCNNError) -> Dataset {
    guard let classWeight else { return self }
    var weights = weights ?? [Float](repeating: 1, count: count)
    try Dataset.multiply(&weights, by: classWeight, try targets.classes(kernels))
    return Dataset(x: x, targets: targets, weights: weights)
  }

  /// Whether `x` is what the model takes.
  static func check(_ x: ArrayView, _ model: Graph) throws(SwiftCNNError) {
    let expected = model.inputShape
    let onlyChannelsMissing = expected.last == 1 && x.sampleShape == Array(expected.dropLast())
    guard x.sampleShape == expected || onlyChannelsMissing, !x.shape.isEmpty else {
      let hint =
        x.shape == expected
        ? ". For a single sample add the batch axis: x[None]" : ". Reshape x, or build the model for this shape"
      throw .invalidValue("x must have the shape \(Shape.batchText(expected)), got \(Shape.text(x.shape))\(hint)")
    }
    guard x.sampleCount > 0 else {
      throw .invalidValue("x has no samples: its shape is \(Shape.text(x.shape)); at least one sample is needed")
    }
  }

  private static func weights(
    _ sampleWeight: ArrayView, samples: Int, _ kernels: KernelTable
  ) throws(SwiftCNNError) -> [Float] {
    guard sampleWeight.shape == [samples] || sampleWeight.shape == [samples, 1] else {
      throw .invalidValue(
        "sample_weight must have the shape (\(samples),), one weight a sample; got \(Shape.text(sampleWeight.shape))")
    }
    var weights = [Float](repeating: 1, count: samples)
    for i in 0..<samples {
      sampleWeight.readSample(i, into: &weights[i], kernels)
      guard weights[i].isFinite, weights[i] >= 0 else {
        throw .invalidValue("sample_weight holds \(weights[i]) at sample \(i); weights must be finite and not negative")
      }
    }
    return weights
  }

  private static func multiply(_ weights: inout [Float], by classWeight: [Double], _ classes: [Int]) throws(SwiftCNNError) {
    for weight in classWeight where !weight.isFinite || weight < 0 {
      throw .invalidValue("class_weight holds \(weight); weights must be finite and not negative")
    }
    for (i, label) in classes.enumerated() {
      guard classWeight.indices.contains(label) else {
        throw .invalidValue(
          "class_weight has weights for the classes 0 to \(classWeight.count - 1), but sample \(i) is of class \(label)")
      }
      weights[i] *= Float(classWeight[label])
    }
  }
}

extension ArrayView {
  /// Reads one number.
  fileprivate func readSample(_ index: Int, into target: inout Float, _ kernels: KernelTable) {
    withUnsafeMutablePointer(to: &target) { readSample(index, into: $0, kernels) }
  }
}
