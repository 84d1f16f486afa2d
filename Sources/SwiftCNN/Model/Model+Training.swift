extension Model {
  /// Trains on all of `x` and `y`, epoch by epoch. All arguments are checked before any weight changes.
  ///
  /// - Parameters:
  ///   - x: (n, input shape…), any element type.
  ///   - y: the targets, in the form that the loss requires.
  ///   - onEvent: called on this thread for every batch and epoch. Its answer can end the training.
  /// - Throws: `state` if the model is not compiled or another `fit` is running; `invalidValue` if data or options do not fit;
  ///   `outOfMemory`; `cancelled` if `onEvent` returns it. Finished batches keep their effect.
  @discardableResult
  public func fit(
    x: ArrayView, y: ArrayView, sampleWeight: ArrayView? = nil, options: FitOptions = FitOptions(), onEvent: EventHandler? = nil
  ) throws(SwiftCNNError) -> History {
    try fit(Samples(x: x, y: y, sampleWeight: sampleWeight), options: options, onEvent: onEvent)
  }

  /// The same for any number of inputs and outputs. It throws the same errors.
  @discardableResult
  public func fit(
    _ samples: Samples, options: FitOptions = FitOptions(), onEvent: EventHandler? = nil
  ) throws(SwiftCNNError) -> History {
    let compiled = try requireCompiled()
    try options.check()
    let whole = try dataset(samples, compiled)
    let point = try options.splitPoint(of: whole.count)
    let split = point < whole.count ? whole.slice(point..<whole.count) : nil
    let train = try (split == nil ? whole : whole.slice(0..<point)).weighted(by: options.classWeights, kernels)
    let trainer = try Trainer(self, train, compiled, batchSize: options.batchSize)
    let validation = try validation(options, split, compiled)
    return try fitting(compiled) { () throws(SwiftCNNError) in
      let feed = TrainingArrays(trainer, of: self, options)
      var fit = Fit(model: self, train: feed, validation: validation, options: options, onEvent: onEvent)
      return try fit.run()
    }
  }

  /// The same for batches of any size from a source. Each batch is one optimizer step. The source decides on the order of
  /// batches, and where in its data an epoch begins. An epoch ends after `stepsPerEpoch` batches, or when the source ends it.
  ///
  /// A batch is checked only when it is its turn. If it does not fit, the training ends there, and finished batches keep their
  /// effect.
  ///
  /// - Throws: the same errors, and those of the source.
  @discardableResult
  public func fit(
    _ source: any BatchSource, options: FitOptions = FitOptions(), onEvent: EventHandler? = nil
  ) throws(SwiftCNNError) -> History {
    let compiled = try requireCompiled()
    try options.check()
    guard options.validationSplit == 0 else {
      throw .invalidValue("validation_split needs arrays, got \(source.name); give it batches for validation of their own")
    }
    let train = SourceFeed(
      source, of: self, compiled, to: .train(classWeights: options.classWeights), steps: options.stepsPerEpoch)
    let validation = try validation(options, nil, compiled)
    return try fitting(compiled) { () throws(SwiftCNNError) in
      var fit = Fit(model: self, train: train, validation: validation, options: options, onEvent: onEvent)
      return try fit.run()
    }
  }

  /// Runs `body` as the only running `fit` of the model.
  private func fitting(_ compiled: Compiled, _ body: () throws(SwiftCNNError) -> History) throws(SwiftCNNError) -> History {
    try exclusively { state throws(SwiftCNNError) in
      guard !state.isFitting else {
        throw .state("the model is already being fitted by another call; wait for it, or use a copy of the model")
      }
      try state.requireCurrent(compiled)
      state.isFitting = true
    }
    defer { exclusively { $0.isFitting = false } }
    return try body()
  }

  /// The data to evaluate after an epoch.
  /// - Parameter split: the samples that `validationSplit` took from the data.
  private func validation(
    _ options: FitOptions, _ split: Dataset?, _ compiled: Compiled
  ) throws(SwiftCNNError) -> (any Feed)? {
    let steps = options.validationSteps
    if let source = options.validationSource { return SourceFeed(source, of: self, compiled, to: .test, steps: steps) }
    var held = split
    if let samples = options.validation { held = try dataset(samples, compiled) }
    guard let held else { return nil }
    let size = options.validationBatchSize == 0 ? options.batchSize : options.validationBatchSize
    return TestArrays(try Trainer(self, held, compiled, batchSize: size, inOrder: true), batchSize: size, steps: steps)
  }

  /// Makes one optimizer step on all of `x`. Returns loss and metrics of this batch, as they were before the step.
  ///
  /// - Throws: `state` if the model is not compiled, `invalidValue` if the data do not fit; `outOfMemory`.
  public func trainOnBatch(
    x: ArrayView, y: ArrayView, sampleWeight: ArrayView? = nil, classWeight: [Double]? = nil
  ) throws(SwiftCNNError) -> [Double] {
    try trainOnBatch(Samples(x: x, y: y, sampleWeight: sampleWeight), classWeights: [classWeight]).values
  }

  /// Makes one optimizer step on all samples. Returns the losses and metrics as they were before the step.
  ///
  /// - Throws: the same errors.
  public func trainOnBatch(_ samples: Samples, classWeights: [[Double]?] = []) throws(SwiftCNNError) -> Scores {
    let compiled = try requireCompiled()
    let result = try trainer(samples, compiled, classWeights: classWeights).trainOnAll()
    var means = RunningMeans(compiled)
    means.add(result)
    return means.scores
  }

  /// Computes the loss and the gradient of every weight for one batch. The gradient is 0 for weights that do not learn. Weights
  /// and optimizer do not change.
  ///
  /// - Parameters:
  ///   - training: whether to apply dropout, with the random numbers of the next step, and to normalize by the batch's
  ///     statistics.
  ///   - gradients: memory for `parameterCount` elements, end to end in the order of `weightSpecs`.
  /// - Throws: `state` if the model is not compiled, `invalidValue` if data or the memory for the gradients do not fit;
  ///   `outOfMemory`.
  public func gradients(
    x: ArrayView, y: ArrayView, sampleWeight: ArrayView? = nil, training: Bool = false,
    into target: UnsafeMutableBufferPointer<Float>
  ) throws(SwiftCNNError) -> Double {
    try gradients(Samples(x: x, y: y, sampleWeight: sampleWeight), training: training, into: target)
  }

  /// The same for any number of inputs and outputs. It throws the same errors.
  public func gradients(
    _ samples: Samples, training: Bool = false, into target: UnsafeMutableBufferPointer<Float>
  ) throws(SwiftCNNError) -> Double {
    let compiled = try requireCompiled()
    guard target.count == parameterCount else {
      throw .invalidValue("the gradients have \(parameterCount) elements, got room for \(target.count)")
    }
    return try trainer(samples, compiled).gradients(training: training) { state, gradients in
      collectGradients(state, gradients, into: target)
    }.loss
  }

  /// Loss and metrics over all of `x`, without dropout.
  /// - Parameter steps: batches to use; 0 means all.
  /// - Throws: `state` if the model is not compiled, `invalidValue` if data or numbers do not fit, `cancelled` if `onEvent`
  ///   returns it; `outOfMemory`.
  public func evaluate(
    x: ArrayView, y: ArrayView, sampleWeight: ArrayView? = nil, batchSize: Int = 32, steps: Int = 0,
    onEvent: EventHandler? = nil
  ) throws(SwiftCNNError) -> [Double] {
    try evaluate(
      Samples(x: x, y: y, sampleWeight: sampleWeight), batchSize: batchSize, steps: steps, onEvent: onEvent
    ).values
  }

  /// The same for any number of inputs and outputs. It throws the same errors.
  public func evaluate(
    _ samples: Samples, batchSize: Int = 32, steps: Int = 0, onEvent: EventHandler? = nil
  ) throws(SwiftCNNError) -> Scores {
    let compiled = try requireCompiled()
    try checkBatches(batchSize, steps)
    let used = { (array: ArrayView?) in array.map { Self.used($0, batchSize, steps) } }
    let data = try dataset(
      Samples(
        inputs: samples.inputs.map { Self.used($0, batchSize, steps) }, targets: samples.targets.map(used),
        sampleWeights: samples.sampleWeights.map(used)), compiled)
    let trainer = try Trainer(self, data, compiled, batchSize: batchSize, inOrder: true)
    return try scores(of: TestArrays(trainer, batchSize: batchSize, steps: steps), named: "x", onEvent)
  }

  /// The same for one epoch of a source's batches.
  ///
  /// - Throws: the same errors, those of the source, and `invalidValue` if it gives no batch.
  public func evaluate(
    _ source: any BatchSource, steps: Int = 0, onEvent: EventHandler? = nil
  ) throws(SwiftCNNError) -> Scores {
    let compiled = try requireCompiled()
    try checkBatches(1, steps)
    return try scores(of: SourceFeed(source, of: self, compiled, to: .test, steps: steps), named: source.name, onEvent)
  }

  private func scores(of feed: any Feed, named name: String, _ onEvent: EventHandler?) throws(SwiftCNNError) -> Scores {
    guard let scores = try Evaluation(feed: feed, onEvent: onEvent).run() else {
      throw .invalidValue("\(name) has no more batches; evaluation needs at least one")
    }
    return scores
  }

  /// The samples that this number of steps uses. The others are not read. Arrays of different lengths keep different lengths.
  private static func used(_ array: ArrayView, _ batchSize: Int, _ steps: Int) -> ArrayView {
    let (samples, overflow) = batchSize.multipliedReportingOverflow(by: steps)
    guard steps > 0, !overflow, samples < array.sampleCount else { return array }
    return array.slice(0..<samples)
  }

  func checkBatches(_ batchSize: Int, _ steps: Int) throws(SwiftCNNError) {
    guard batchSize >= 1 else { throw .invalidValue("batch_size must be at least 1, got \(batchSize)") }
    guard steps >= 0 else { throw .invalidValue("steps must not be negative, got \(steps)") }
  }
}
