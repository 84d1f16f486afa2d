import CKernels

/// Arrays of samples: the inputs of the model and the targets of its outputs.
public struct Samples {
  /// One for each input of the model: (n, input shape…), any element type.
  public var inputs: [ArrayView]
  /// One array for each output, in the form that its loss requires; nil for an output without targets.
  public var targets: [ArrayView?]
  /// A weight for each sample's loss. Give one array for each output, nil where all weights are 1, or an empty list.
  public var sampleWeights: [ArrayView?]

  /// For a model with any number of inputs and outputs. Training and evaluation need targets.
  public init(inputs: [ArrayView], targets: [ArrayView?] = [], sampleWeights: [ArrayView?] = []) {
    self.inputs = inputs
    self.targets = targets
    self.sampleWeights = sampleWeights
  }

  /// For a model with one input and one output.
  public init(x: ArrayView, y: ArrayView, sampleWeight: ArrayView? = nil) {
    self.init(inputs: [x], targets: [y], sampleWeights: [sampleWeight])
  }
}

/// Samples with their targets and weights. Everything is checked before anything is computed.
struct Dataset {
  let inputs: [ArrayView]
  /// One for each output; nil for an output without targets.
  let targets: [Targets?]
  /// For each output one weight per sample; nil if all are 1.
  let weights: [BufferSlice<Float>?]

  var count: Int { inputs[0].sampleCount }

  /// - Parameter model: the model's graph for samples of this size.
  init(_ samples: Samples, model: Graph, compiled: Compiled, kernels: KernelTable) throws(SwiftCNNError) {
    for (view, name) in zip(samples.inputs, Dataset.names(of: model)) { try view.checkFinite(name, kernels) }
    inputs = samples.inputs
    let (heads, count) = (compiled.heads, inputs[0].sampleCount)
    guard samples.targets.count == heads.count else {
      throw .invalidValue("the model has \(counted(heads.count, "output")), got targets for \(samples.targets.count)")
    }
    guard samples.sampleWeights.isEmpty || samples.sampleWeights.count == heads.count else {
      throw .invalidValue(
        "the model has \(counted(heads.count, "output")), got sample weights for \(samples.sampleWeights.count)")
    }
    var targets: [Targets?] = []
    var weights: [BufferSlice<Float>?] = []
    for (i, head) in heads.enumerated() {
      let (y, weight) = (samples.targets[i], samples.sampleWeights.isEmpty ? nil : samples.sampleWeights[i])
      let suffix = heads.count == 1 ? "" : " of output '\(head.name)'"
      guard head.isCompared else {
        targets.append(nil)
        weights.append(nil)
        continue
      }
      guard let y else { throw .invalidValue("y\(suffix) is missing, which its loss or its metrics need") }
      targets.append(
        try Targets(
          y, named: "y\(suffix)", areLabels: head.wantsLabels, shape: model.outputShapes[i], samples: count, kernels: kernels))
      weights.append(
        try weight.map { weight throws(SwiftCNNError) in
          try Dataset.weights(weight, named: "sample_weight\(suffix)", samples: count, kernels)
        })
    }
    (self.targets, self.weights) = (targets, weights)
  }

  private init(inputs: [ArrayView], targets: [Targets?], weights: [BufferSlice<Float>?]) {
    self.inputs = inputs
    self.targets = targets
    self.weights = weights
  }

  /// A subset of the samples. Nothing is checked again.
  func slice(_ range: Range<Int>) -> Dataset {
    Dataset(
      inputs: inputs.map { $0.slice(range) }, targets: targets.map { $0?.slice(range) },
      weights: weights.map { $0?.slice(range) })
  }

  /// The weights of the samples times the weights of their classes: one list for each output. A class without a weight has the
  /// weight 1.
  func weighted(by classWeights: [[Double]?], _ kernels: KernelTable) throws(SwiftCNNError) -> Dataset {
    guard classWeights.isEmpty || classWeights.count == weights.count else {
      throw .invalidValue("the model has \(counted(weights.count, "output")), got class weights for \(classWeights.count)")
    }
    var weights = weights
    for (i, classWeight) in classWeights.enumerated() {
      guard let classWeight, let targets = targets[i] else { continue }
      for weight in classWeight where !weight.isFinite || weight < 0 {
        throw .invalidValue("class_weight holds \(weight); weights must be finite and not negative")
      }
      let (old, product) = (weights[i], try FloatBuffer(count, for: "the weights of \(count) samples"))
      try targets.forEachClass(kernels) { sample, label in
        let ofClass = label.flatMap { classWeight.indices.contains($0) ? Float(classWeight[$0]) : nil } ?? 1
        product.pointer[sample] = (old?[sample] ?? 1) * ofClass
      }
      weights[i] = BufferSlice(product)
    }
    return Dataset(inputs: inputs, targets: targets, weights: weights)
  }

  /// The names of the input arrays in error messages.
  static func names(of model: Graph) -> [String] {
    model.inputs.count == 1 ? ["x"] : model.inputs.map { "x of input '\($0.name)'" }
  }

  /// Checks whether the arrays fit the inputs of the model.
  static func check(_ inputs: [ArrayView], _ model: Graph) throws(SwiftCNNError) {
    guard inputs.count == model.inputs.count else {
      let names = model.inputs.map { "'\($0.name)'" }.joined(separator: ", ")
      throw .invalidValue(
        "the model has \(counted(model.inputs.count, "input")) (\(names)), got \(counted(inputs.count, "array"))")
    }
    for (input, (x, name)) in zip(inputs, names(of: model)).enumerated() {
      try check(x, named: name, model, input)
      guard x.sampleCount == inputs[0].sampleCount else {
        throw .invalidValue(
          "all inputs must have the same number of samples; \(names(of: model)[0]) has \(inputs[0].sampleCount), \(name) has "
            + "\(x.sampleCount)")
      }
    }
  }

  private static func check(_ x: ArrayView, named name: String, _ model: Graph, _ input: Int) throws(SwiftCNNError) {
    guard !x.shape.isEmpty, model.accepts(x.sampleShape, forInput: input) else {
      let hint =
        x.shape == model.inputs[input].shape
        ? ". For a single sample add the batch axis: x[None]" : ". Reshape x, or build the model for this shape"
      throw .invalidValue("\(name) must have the shape \(model.batchText(ofInput: input)), got \(Shape.text(x.shape))\(hint)")
    }
    guard x.sampleCount > 0 else {
      throw .invalidValue("\(name) has no samples: its shape is \(Shape.text(x.shape)); at least one sample is needed")
    }
  }

  private static func weights(
    _ sampleWeight: ArrayView, named name: String, samples: Int, _ kernels: KernelTable
  ) throws(SwiftCNNError) -> BufferSlice<Float> {
    guard sampleWeight.shape == [samples] || sampleWeight.shape == [samples, 1] else {
      throw .invalidValue(
        "\(name) must have the shape (\(samples),), one weight a sample; got \(Shape.text(sampleWeight.shape))")
    }
    let weights = try FloatBuffer(samples, for: "the weights of \(samples) samples")
    try Interruption.forEachPiece(of: samples, cost: 1) { range throws(SwiftCNNError) in
      for i in range {
        guard sampleWeight.readSample(i, into: weights.pointer + i, kernels) else { throw sampleWeight.vanished(name) }
        let weight = weights.pointer[i]
        guard weight.isFinite, weight >= 0 else {
          throw .invalidValue("\(name) holds \(weight) at sample \(i); weights must be finite and not negative")
        }
      }
    }
    return BufferSlice(weights)
  }
}
