import CKernels

/// Samples with their targets and weights, checked whole before anything is computed.
struct Dataset {
  let x: ArrayView
  let targets: Targets
  /// One weight a sample, or nil if all are 1.
  let weights: BufferSlice<Float>?

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

  private init(x: ArrayView, targets: Targets, weights: BufferSlice<Float>?) {
    self.x = x
    self.targets = targets
    self.weights = weights
  }

  /// Some of the samples; nothing is checked again.
  func slice(_ range: Range<Int>) -> Dataset {
    Dataset(x: x.slice(range), targets: targets.slice(range), weights: weights?.slice(range))
  }

  /// The samples' weights times those of their classes; nil leaves them as they are. A class without a weight weighs 1.
  func weighted(by classWeight: [Double]?, _ kernels: KernelTable) throws(SwiftCNNError) -> Dataset {
    guard let classWeight else { return self }
    for weight in classWeight where !weight.isFinite || weight < 0 {
      throw .invalidValue("class_weight holds \(weight); weights must be finite and not negative")
    }
    let product = try FloatBuffer(count, for: "the weights of \(count) samples")
    try targets.forEachClass(kernels) { sample, label in
      let ofClass = label.flatMap { classWeight.indices.contains($0) ? Float(classWeight[$0]) : nil } ?? 1
      product.pointer[sample] = (weights?[sample] ?? 1) * ofClass
    }
    return Dataset(x: x, targets: targets, weights: BufferSlice(product))
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
  ) throws(SwiftCNNError) -> BufferSlice<Float> {
    guard sampleWeight.shape == [samples] || sampleWeight.shape == [samples, 1] else {
      throw .invalidValue(
        "sample_weight must have the shape (\(samples),), one weight a sample; got \(Shape.text(sampleWeight.shape))")
    }
    let weights = try FloatBuffer(samples, for: "the weights of \(samples) samples")
    try Interruption.forEachPiece(of: samples, cost: 1) { range throws(SwiftCNNError) in
      for i in range {
        guard sampleWeight.readSample(i, into: weights.pointer + i, kernels) else { throw sampleWeight.vanished("sample_weight") }
        let weight = weights.pointer[i]
        guard weight.isFinite, weight >= 0 else {
          throw .invalidValue("sample_weight holds \(weight) at sample \(i); weights must be finite and not negative")
        }
      }
    }
    return BufferSlice(weights)
  }
}
